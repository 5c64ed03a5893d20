"""What word lists say of words: polarity, negators, boosters, cues, notions, stems."""
