"""Everything that touches the outside: ingest, alerting, brokers, the command line."""
