"""What would make a heads-up ring, in figures that people can count: voices, and attacks.

The detector reckoned them with its own bar (``pipeline.detection.detector.missing``): posts like
those of now, and so many of them. Where it matters how fast they come, both figures are told.
"""

from typing import Final

from agents.alerting.i18n import Words
from schemas.incident import Sighting, Transition

_ATTACKING: Final = "attacking"
_ALIKE: Final = 1.1
"""Two figures that differ by less are told as one, the larger."""


def would_ring(words: Words, transition: Transition) -> list[str]:
    """Say what is missing to a ring, or was, in figures; only what could make it ring."""
    seen = transition.sighting
    return [] if seen is None else missing(words, seen, over=transition.state == "dismissed")


def missing(words: Words, seen: Sighting, *, over: bool) -> list[str]:
    """Say the same of what was seen; ``over``: it can ring no more."""
    parts = [*_voices(words, seen), *_attacks(words, seen)]
    key = "would_have_rung" if over else "would_ring"
    said = [words.say(key, what=words.texts["missing_or"].join(parts))] if parts else []
    if seen.ring_lasting_s is not None and not over:
        also = "would_ring_lasting_too" if said else "would_ring_lasting"
        said.append(words.say(also, duration=words.duration(seen.ring_lasting_s)))
    return [" ".join(said)] if said else [words.texts[f"{key}_both"]]


def _voices(words: Words, seen: Sighting) -> list[str]:
    at_once, evenly = seen.ring_at_once, seen.ring_in_an_hour
    now = words.number(round(seen.voices))
    lasting = []
    if evenly is not None and evenly <= seen.voices:
        lasting = [words.say("missing_lasting", needed=words.number(evenly), now=now)]
        evenly = None
    if at_once is None or evenly is None:
        known = evenly if at_once is None else at_once
        key = "missing_in_an_hour" if at_once is None else "missing_at_once"
        first = [] if known is None else [words.say(key, needed=words.number(known), now=now)]
        return first + lasting
    low, high = sorted((at_once, evenly))
    if high <= _ALIKE * low:
        return [words.say("missing_voices", needed=words.number(high), now=now)]
    once, spread = words.number(at_once), words.number(evenly)
    return [words.say("missing_either", at_once=once, evenly=spread, now=now)]


def _attacks(words: Words, seen: Sighting) -> list[str]:
    term = next((one for one in seen.terms if one.code == _ATTACKING), None)
    if seen.ring_attacks is None or term is None:
        return []
    needed, now = words.percent(seen.ring_attacks), words.percent(term.share)
    return [words.say("missing_attacks", needed=needed, now=now)]
