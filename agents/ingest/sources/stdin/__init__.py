"""What another program writes into a pipe."""
