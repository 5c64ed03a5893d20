"""How unusual a volume is, as a return period."""

from pipeline.detection.baseline.volume.history import warm_up
from pipeline.detection.baseline.volume.monitor import VolumeMonitor, VolumeVerdict

__all__ = ["VolumeMonitor", "VolumeVerdict", "warm_up"]
