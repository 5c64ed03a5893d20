"""The laboratory: simulated brands, replays, benchmarks, reports, and the demo.

It imports production, and of production only the commands import it.
"""
