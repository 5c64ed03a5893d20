"""How unusual a volume is, as a return period."""
