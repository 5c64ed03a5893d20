"""How unusual a volume is, as a return period."""

from pipeline.volume.monitor import VolumeMonitor, VolumeVerdict

__all__ = ["VolumeMonitor", "VolumeVerdict"]
