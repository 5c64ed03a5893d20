"""Charts as SVG in the page: attributes carry geometry, classes carry looks. Pure."""
