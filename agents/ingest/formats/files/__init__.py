"""Files → lines, JSON objects and rows, whatever they are packed in; others say what they mean."""
