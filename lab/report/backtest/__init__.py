"""The backtest: a table in the terminal, and one page."""
