"""Posts made up by the laboratory, said as if they were real."""
