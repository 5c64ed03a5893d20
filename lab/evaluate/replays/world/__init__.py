"""A made-up world: brands, who speaks, how talk spreads, and what is true of its episodes."""
