"""Live posts from the filtered stream of X."""
