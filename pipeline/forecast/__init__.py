"""How many mentions are to come: a self-exciting model of the last hours, with an interval."""

from pipeline.forecast.projection import project

__all__ = ["project"]
