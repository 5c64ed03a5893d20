"""What is seen of a text: tokens, named features, cases of its form, its likely language."""
