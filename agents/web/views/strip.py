"""The first line of the list: what is heard, and up to when. Not heard is not quiet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of
from agents.alerting.message.neutral import outside
from agents.coverage.troubles import StatusSaid
from agents.coverage.verdict import PROVEN, Status, worst_first
from agents.web.charts.icons import icon
from agents.web.markup import Html, tag
from agents.web.views.sources import sources_table
from schemas.brand import Brand

_SOURCE_LIMIT: Final = 60
NAMES: Final = 12
"""Brands that are named in one line; the others are counted."""


def strip(
    words: Words,
    brands: Sequence[Brand],
    statuses: Mapping[str, Status],
    now: datetime,
    sources: Sequence[StatusSaid] = (),
) -> Html | None:
    """Return what says how things stand with ``brands``, the worst first; None for no brands.

    ``sources``: what each source says of itself.
    """
    known = [(name_of(brand), statuses[brand.id]) for brand in brands if brand.id in statuses]
    if not known:
        return None
    groups = worst_first(known)
    said = _headline(words, known, groups, now)
    calm_now = groups[0][0].state in PROVEN
    # Where one word holds for all, the headline has said it; so it has that the page is blind.
    alone = len(groups) == 1 and not calm_now
    told = [] if alone else [group for group in groups if group[0].state != "unread"]
    shown = [_line(words, *group, now) for group in told]
    # Not heard is told in full at once; that all is well folds away.
    return tag(
        "section",
        tag(
            "details",
            tag(
                "summary",
                icon("ear" if calm_now else "blind"),
                " ",
                tag("strong", said),
            ),
            tag("ul", *(tag("li", line) for line in shown)) if shown else None,
            sources_table(words, sources, {brand.id for brand in brands}, now),
            id="heard-more",
            open=not calm_now,
        ),
        class_="strip" if calm_now else "strip blind",
        aria_label=words.texts["hear_title"],
    )


def calm(words: Words, statuses: Sequence[Status], now: datetime) -> str:
    """Return what is said where no incident is open: that nothing rings only where it is proven."""
    states = {one.state for one in statuses}
    proven = "recorded" if states == {"recorded"} else "heard"
    moments = [one.until for one in statuses if one.state == proven and one.until is not None]
    if not moments:
        return words.texts["page_unsure"]
    key = "page_calm" if len(states) == 1 else "page_unsure_but"
    return words.say(key, moment=words.moment(min(moments), beside=now))


def _headline(
    words: Words,
    known: Sequence[tuple[str, Status]],
    groups: Sequence[tuple[Status, list[str]]],
    now: datetime,
) -> str:
    worst, several = groups[0][0], words.number(len(known))
    if worst.state == "unread":
        return words.say("hear_unread", since=_moment(words, worst.since, now))
    states = {status.state for status, _ in groups}
    moments = [status.until for status, _ in groups if status.until is not None]
    if states == {"recorded"}:
        return words.say("hear_recorded", moment=words.moment(min(moments), beside=now))
    if states == {"heard"}:
        moment = words.moment(min(moments), beside=now)
        key = "hear_all_one" if len(known) == 1 else "hear_all_many"
        return words.say(key, brands=known[0][0], n=several, moment=moment)
    if states == PROVEN:
        heard = sum(status.state == "heard" for _, status in known)
        return words.say("hear_mixed", n=words.number(heard), all=several)
    if len(groups) == 1:
        every = known[0][0] if len(known) == 1 else words.say("hear_every", n=several)
        return _line(words, worst, [every], now)
    lacking = sum(status.state not in PROVEN for _, status in known)
    return words.say("hear_some", n=words.number(lacking), all=several)


def _line(words: Words, status: Status, names: Sequence[str], now: datetime) -> str:
    key = f"hear_line_{status.state}"
    if status.since is None and f"{key}_never" in words.texts:
        said = words.texts[f"{key}_never"]
    else:
        said = words.say(
            key,
            moment=_moment(words, status.until, now),
            since=_moment(words, status.since, now),
            sources=", ".join(outside(one, _SOURCE_LIMIT) for one in status.sources),
            behind=words.duration((now - status.until).total_seconds()) if status.until else "",
        )
    shown = ", ".join(names[:NAMES])
    if len(names) > NAMES:
        shown = words.say("hear_more", names=shown, n=words.number(len(names) - NAMES))
    return f"{shown}{words.colon} {said}."


def _moment(words: Words, at: datetime | None, now: datetime) -> str:
    return words.moment(at, beside=now) if at else "?"
