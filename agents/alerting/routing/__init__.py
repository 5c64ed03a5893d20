"""Who is told of an incident, when and how loudly: pure functions over routes, steps and times."""
