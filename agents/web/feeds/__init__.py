"""The same for machines: a read-only JSON and CSV API with its OpenAPI, and Atom feeds."""
