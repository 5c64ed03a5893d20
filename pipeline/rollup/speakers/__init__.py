"""Who speaks, in which words, and who is watched; each in bounded memory."""
