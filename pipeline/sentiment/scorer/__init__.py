"""The shipped scorer: a linear model over words, pairs of words and word lists."""
