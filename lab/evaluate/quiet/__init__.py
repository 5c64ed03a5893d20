"""Brands about which nothing happens, and whether budgets are kept on them."""
