"""What is usual for a brand: its shares, its day, its volume."""
