"""What others write: tables and JSON lines, by a mapping that says what their columns are."""
