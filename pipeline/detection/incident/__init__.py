"""The life of one incident: where it began, what it gathered, what is said of it, its end."""
