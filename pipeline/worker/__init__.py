"""The stream processors on Faust: the one room that knows it."""
