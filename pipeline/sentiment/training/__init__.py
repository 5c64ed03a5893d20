"""Learning the weights of the shipped scorer from labelled texts, and measuring them."""
