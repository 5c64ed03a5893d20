"""What an episode is like: features, and how near they come to the library of episodes."""
