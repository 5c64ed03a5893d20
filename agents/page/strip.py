"""The first line of the list: what is heard, and up to when. Not heard is not quiet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from agents.alerting.story import name_of
from agents.alerting.wording import Words
from agents.hearing.verdict import PROVEN, Status, worst_first
from agents.page.layout import lines, paragraph
from agents.page.markup import Html, tag
from schemas.brand import Brand

NAMES: Final = 12
"""Brands that are named in one line; the others are counted."""


def strip(
    words: Words, brands: Sequence[Brand], statuses: Mapping[str, Status], now: datetime
) -> Html | None:
    """Return what says how things stand with ``brands``, the worst first; None for no brands."""
    known = [(name_of(brand), statuses[brand.id]) for brand in brands if brand.id in statuses]
    if not known:
        return None
    groups = worst_first(known)
    head, worst = _headline(words, known, now), groups[0][0].state
    alone = worst == "unread" or (len(groups) == 1 and worst in PROVEN)
    body = [] if alone else [_line(words, status, names, now) for status, names in groups]
    tone = "deaf" if worst not in PROVEN else None
    return tag(
        "section",
        paragraph(tag("strong", head)),
        lines(body) if body else None,
        class_=f"strip {tone}" if tone else "strip",
        aria_label=words.texts["hear_title"],
    )


def calm(words: Words, statuses: Sequence[Status], now: datetime) -> str:
    """Return what is said where no incident is open: that nothing rings only where it is proven."""
    proven = [one.until for one in statuses if one.state in PROVEN and one.until is not None]
    if not proven:
        return words.texts["page_unsure"]
    key = "page_calm" if len(proven) == len(statuses) else "page_unsure_but"
    return words.say(key, moment=words.moment(min(proven), beside=now))


def _headline(words: Words, known: Sequence[tuple[str, Status]], now: datetime) -> str:
    statuses = [status for _, status in known]
    names = ", ".join(name for name, _ in known)
    unread = [one.since for one in statuses if one.state == "unread" and one.since]
    if unread:
        return words.say("hear_unread", since=words.moment(min(unread), beside=now))
    lacking = [one for one in statuses if one.state not in PROVEN]
    if lacking:
        key = "hear_not_one" if len(known) == 1 else "hear_not_many"
        return words.say(
            key, brands=names, n=words.number(len(lacking)), all=words.number(len(known))
        )
    until = min(one.until for one in statuses if one.until is not None)
    moment = words.moment(until, beside=now)
    if all(one.state == "recorded" for one in statuses):
        return words.say("hear_recorded", moment=moment)
    key = "hear_all_one" if len(known) == 1 else "hear_all_many"
    return words.say(key, brands=names, n=words.number(len(known)), moment=moment)


def _line(words: Words, status: Status, names: Sequence[str], now: datetime) -> str:
    key = f"hear_line_{status.state}"
    if status.since is None and f"{key}_never" in words.texts:
        said = words.texts[f"{key}_never"]
    else:
        said = words.say(
            key,
            moment=_moment(words, status.until, now),
            since=_moment(words, status.since, now),
            sources=", ".join(status.sources),
            behind=words.duration((now - status.until).total_seconds()) if status.until else "",
        )
    shown = ", ".join(names[:NAMES])
    if len(names) > NAMES:
        shown = words.say("hear_more", names=shown, n=words.number(len(names) - NAMES))
    return f"{shown}{words.colon} {said[0].lower()}{said[1:]}."


def _moment(words: Words, at: datetime | None, now: datetime) -> str:
    return words.moment(at, beside=now) if at else "?"
