"""A backtest for people: a table in the terminal, a page to look at."""
