"""The sections of an alert, a module for each question that it answers."""
