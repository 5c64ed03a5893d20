"""What people are told of a source itself: whether it is heard, since when, and why not."""
