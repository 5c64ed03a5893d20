"""What commands share: how they start, options, groups, tables, scorers and recordings."""
