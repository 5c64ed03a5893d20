"""What an alert says, for no channel in particular: the model, and what composes it."""
