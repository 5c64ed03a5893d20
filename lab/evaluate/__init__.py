"""How good the judgement is: benchmarks re-implemented from their papers, and how they are run."""
