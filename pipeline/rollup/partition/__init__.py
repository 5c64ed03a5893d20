"""One partition of brands: raw records in, steps and their journal, closed buckets out."""
