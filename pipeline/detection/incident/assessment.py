"""One closer look at an episode: features of its newest part, compared with the library."""

from typing import Final

from pipeline.detection.baseline.brand_baseline import BrandBaseline
from pipeline.detection.incident.episode import Episode, LastJudgement
from pipeline.detection.patterns.confidence import confidence
from pipeline.detection.patterns.features import View, features
from pipeline.detection.patterns.library import Library
from pipeline.detection.patterns.nature import nature
from pipeline.detection.patterns.pattern_match import CELL_S, extend, match_library
from pipeline.detection.window.automation import automation
from pipeline.detection.window.counts import MENTIONS
from pipeline.detection.window.recent import BLOCK_S, MINUTE_S, Recent

WINDOWS_S: Final = (600, 1200, 2400, 3600)
ENOUGH_EXCESS: Final = 300.0
"""The shortest window that holds so many mentions beyond the usual is looked at. Fewer would do by
counting alone, but posts come in cascades of the same text."""
LEAST_EXCESS: Final = 5.0
"""Fewer make no new judgement: the last one stands."""
LEAST_WEIGHT: Final = 0.05
"""Of a cell in the course, however little was said in it; ``ENOUGH_EXCESS`` counts as 1."""
HOUR_S: Final = 3600


def assess(
    episode: Episode, recent: Recent, baseline: BrandBaseline, *, library: Library, now_s: int
) -> LastJudgement | None:
    """Explain the newest part of ``episode``, or None where too little was said.

    What the library finds names and explains; how rare it is and of what kind, and how bad it is
    going to be, is what the detector said last (``episode.found``).
    """
    view = view_of(episode, recent, baseline, now_s)
    if view.excess < LEAST_EXCESS:
        return None
    now = features(view, baseline)
    shift = now["negative_shift"]
    wobble = baseline.wobble_logits
    now["negative_shift"] = shift._replace(sd=(shift.sd**2 + wobble**2) ** 0.5)
    weight = max(min(view.excess / ENOUGH_EXCESS, 1.0), LEAST_WEIGHT)
    judgement = match_library(episode.alignment, now, library, weight)
    if now_s - episode.cell_s >= CELL_S:
        episode.alignment = extend(episode.alignment, now, library, weight)
        episode.cell_s = now_s
    found = episode.found
    sure = confidence(
        found.evidence,
        view.excess,
        episode.coverage(now_s) * (1.0 - episode.late_share - episode.future_share),
        impaired=bool(episode.blind or episode.quarantined) or episode.sampled,
        learning=episode.learning,
    )
    return LastJudgement(
        evidence=found.evidence,
        confidence=sure.value,
        taken_off=sure.taken_off,
        severity=found.severity,
        crisis=judgement.crisis,
        harmless=judgement.harmless,
        negative_share=round(shift.value, 4),
        usual_negative_share=round(shift.usual or 0.0, 4),
        reasons=judgement.reasons,
        nearest=judgement.nearest,
        nature=nature(now),
        automation=automation(
            view.window.crowd,
            now["repeat_share"].value if "repeat_share" in now else None,
        ),
    )


def view_of(episode: Episode, recent: Recent, baseline: BrandBaseline, now_s: int) -> View:
    """The newest part of the episode that holds enough to judge by."""
    onset_s = episode.onset_s - episode.onset_s % BLOCK_S
    from_s = now_s
    for window_s in WINDOWS_S:
        from_s = now_s - window_s
        from_s = max(from_s - from_s % BLOCK_S, onset_s)
        usual = (episode.level or episode.before) * baseline.hours.over(from_s, now_s) / MINUTE_S
        if recent.mentions_since_block(from_s) - usual >= ENOUGH_EXCESS or from_s == onset_s:
            break
    window = recent.window(from_s)
    last_s = now_s - 1 - (now_s - 1) % MINUTE_S
    half_s = last_s + MINUTE_S - WINDOWS_S[0]
    return View(
        window=window,
        usual=min(usual, float(window.counts[MENTIONS])),
        newer=recent.mentions_between(half_s, now_s),
        older=recent.mentions_between(half_s - WINDOWS_S[0], half_s),
        length_s=now_s - from_s,
    )
