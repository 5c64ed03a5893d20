"""Which brands a post names: configuration, matching, rules for X."""
