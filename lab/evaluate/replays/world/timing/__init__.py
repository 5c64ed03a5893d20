"""When posts come in the made-up world: habits of the day, arrivals, and what they set off."""
