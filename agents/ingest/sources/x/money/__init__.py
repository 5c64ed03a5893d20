"""What reading X costs, what it may cost, and what is given up before it costs more."""
