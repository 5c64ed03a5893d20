"""Careful reading: which posts a slow and better reader looks at, and what follows from it.

What is read is decided when a bucket closes, from counts and ids alone (``state``): no clock, no
order of arrival. The same stream is read in the same way by a worker, after a crash and in a
backtest.
"""
