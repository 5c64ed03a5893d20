"""The command line in the language of who reads it: English in the code, French by it."""
