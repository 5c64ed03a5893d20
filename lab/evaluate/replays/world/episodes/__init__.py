"""Episodes of the made-up world: their shapes, how they are played, and what is true of them."""
