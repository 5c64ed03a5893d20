"""Where posts come from: one folder a source, each behind ``agents.ingest.source.Source``."""
