"""Whether people attack the brand: how rare, what kind, how big. Three questions, never mixed."""
