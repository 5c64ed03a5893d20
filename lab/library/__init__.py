"""For authors of the library: an episode is measured on a recording, phase by phase."""
