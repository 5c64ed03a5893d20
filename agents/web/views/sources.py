"""How each source stands: heard, behind, or not heard and why; a table below the strip."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import outside
from agents.coverage.troubles import StatusSaid, trouble_of
from agents.coverage.verdict import Trouble
from agents.web.charts.icons import icon
from agents.web.markup import Html, tag

MOST: Final = 50
_NAME: Final = 60
_BECAUSE: Final = 200


def sources_table(
    words: Words, known: Sequence[StatusSaid], brands: AbstractSet[str], now: datetime
) -> Html | None:
    """Return the table of the sources that listen for any of ``brands``; None where none does."""
    shown = [said for said in known if not brands.isdisjoint(said.status.brands)][:MOST]
    if not shown:
        return None
    heads = ("src", "src_state", "src_last", "src_brands")
    return tag(
        "table",
        tag(
            "thead",
            tag(
                "tr",
                *(
                    tag(
                        "th",
                        words.texts[key],
                        scope="col",
                        class_="wide" if key == "src_brands" else None,
                    )
                    for key in heads
                ),
            ),
        ),
        tag("tbody", *(_row(words, said, now) for said in shown)),
    )


def why_of(words: Words, trouble: Trouble, now: datetime) -> str:
    """Say why a source is not heard, since when, and what its place answered."""
    since = words.moment(trouble.since, beside=now) if trouble.since else "?"
    said = words.say(f"why_{trouble.why}", source=outside(trouble.source, _NAME), since=since)
    if trouble.because:
        said = words.say("why_quoted", why=said, because=outside(trouble.because, _BECAUSE))
    return said


def _row(words: Words, said: StatusSaid, now: datetime) -> Html:
    status = said.status
    last = "–"
    if status.post_at is not None:
        ago_s = max((now - status.post_at).total_seconds(), 0)
        last = words.say("src_ago", duration=words.duration(ago_s))
    return tag(
        "tr",
        tag("th", outside(status.source, _NAME), scope="row"),
        tag("td", _state(words, said, now)),
        tag("td", last, class_="nb"),
        tag("td", words.count("brands_n", len(status.brands)), class_="wide"),
    )


def _state(words: Words, said: StatusSaid, now: datetime) -> Html:
    trouble = trouble_of(said, now)
    if trouble is not None:
        chip = tag("span", icon("blind"), words.texts["chart_unheard"], class_="chip blind")
        return tag("span", chip, " ", why_of(words, trouble, now))
    status = said.status
    if not status.live:
        return tag("span", words.texts["src_recording"])
    if status.state == "behind" and status.reached is not None:
        behind = words.duration((now - status.reached).total_seconds())
        return tag("strong", words.say("src_behind", duration=behind))
    return tag("span", words.texts["src_starting" if status.state == "starting" else "src_heard"])
