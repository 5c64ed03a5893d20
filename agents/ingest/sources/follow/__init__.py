"""Files in the making: one that grows, or a folder into which files are moved."""
