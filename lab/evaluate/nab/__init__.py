"""The Numenta Anomaly Benchmark: its rules, its form of series, and all detectors over it."""
