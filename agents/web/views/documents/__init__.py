"""What is handed on: the brief, the digest and the after-action report."""
