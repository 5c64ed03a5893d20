"""Which named episode an incident is laid over, and its own course in times the usual."""

from typing import Final

from agents.web.charts.likeness import SURGE, Likeness
from agents.web.charts.scale import step_for
from agents.web.views.course import window_of_incident
from agents.web.views.desk import Desk
from pipeline.detection.incident.merge import Incident
from schemas.incident import Resemblance

_POINTS: Final = 60


def likeness_of(desk: Desk, incident: Incident) -> tuple[Resemblance, Likeness] | None:
    """The nearest crisis of the library whose phases say how high they stand, or none."""
    told = incident.newest
    usual = told.volume.usual_per_hour
    for near in told.nearest:
        episode = desk.episodes.get(near.episode)
        if near.kind != "crisis" or episode is None or usual <= 0:
            continue
        if not all(SURGE in phase.features for phase in episode.phases):
            continue
        end_s = window_of_incident(incident, desk)[1]
        start_s = int(incident.onset.timestamp())
        step_s = max(step_for(end_s - start_s, _POINTS), 300)
        end_s = max(end_s - end_s % step_s, start_s - start_s % step_s + step_s)
        slots = desk.courses.course(told.brand, start_s, end_s, step_s)
        course = [(slot.per_hour + 1) / (usual + 1) for slot in slots]
        return near, Likeness(episode, near.phase, course)
    return None
