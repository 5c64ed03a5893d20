"""A brand among its competitors: is a rise its own, or that of the whole market?

Competitors are the brands of the file whose names or accounts this brand lists as ``rivals``. Only
what is watched itself can be compared; of others nothing is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.web.charts.bars import bar
from agents.web.layout import block, paragraph, path_of_brand
from agents.web.markup import Html, tag
from agents.web.store.tables import HOUR_S
from agents.web.views.desk import Desk
from pipeline.brands.fold import squashed
from schemas.brand import Brand

WARM: Final = 2.0
"""So many times the usual is a rise."""

MOST: Final = 20
"""Competitors that are compared."""

_SCALE: Final = 10.0
"""Times the usual at which a bar is full."""


class Warmth(NamedTuple):
    """How one brand of a market stands. ``times``: of the usual; None where that is not known."""

    brand: str
    mentions: int
    usual: float | None
    times: float | None


def called(brands: Iterable[Brand]) -> Mapping[str, Sequence[str]]:
    """Return brands by all that they are called: names, accounts and ids, squashed."""
    found: dict[str, list[str]] = {}
    for brand in brands:
        for name in {squashed(each) for each in (*brand.names, *brand.handles, brand.id)}:
            found.setdefault(name, []).append(brand.id)
    return found


def rivals_of(brand: Brand, desk: Desk) -> list[str]:
    """The competitors of ``brand`` that are watched, too, as they are listed; ``MOST`` at most."""
    wanted = (squashed(each.removeprefix("@")) for each in brand.rivals)
    found = dict.fromkeys(
        other for name in wanted for other in desk.called.get(name, ()) if other != brand.id
    )
    return list(found)[:MOST]


def temperature(desk: Desk, brands: list[str]) -> list[Warmth]:
    """How each of ``brands`` stands in the last hour."""
    found = []
    for brand in brands:
        hour, usual = desk.hour(brand)
        band = usual.at(hour.start_s + HOUR_S / 2)
        times = (hour.mentions + 1) / (band.middle + 1) if band else None
        found.append(Warmth(brand, hour.mentions, band.middle if band else None, times))
    return found


def market(words: Words, desk: Desk, brand: Brand) -> list[Html]:
    """Return temperature and share of voice, where competitors are watched."""
    rivals = rivals_of(brand, desk)
    if not rivals:
        hint = words.texts["market_how" if not brand.rivals else "market_unwatched"]
        return [block(words.texts["market"], paragraph(hint, class_="soft small"))]
    all_ = temperature(desk, [brand.id, *rivals])
    return [
        block(
            words.texts["market"],
            paragraph(tag("strong", words.texts[verdict(all_)])),
            paragraph(words.texts["market_scale"], class_="soft small"),
            tag("table", tag("tbody", *(_warm(words, desk, one, brand.id) for one in all_))),
        ),
        _voice(words, desk, all_, brand.id),
    ]


def verdict(warmth: list[Warmth]) -> str:
    """Whose rise it is, the first's or everybody's; the key of a text.

    >>> rise, calm = Warmth("a", 90, 10.0, 8.3), Warmth("b", 9, 10.0, 0.9)
    >>> verdict([rise, calm]), verdict([rise, rise._replace(brand="b")]), verdict([calm, rise])
    ('market_alone', 'market_shared', 'market_others')
    """
    own, *others = [one.times for one in warmth]
    known = sorted(times for times in others if times is not None)
    if own is None or not known:
        return "market_unknown"
    middle = known[len(known) // 2]
    if own >= WARM:
        return "market_shared" if middle >= WARM else "market_alone"
    return "market_others" if middle >= WARM else "market_usual"


def _warm(words: Words, desk: Desk, one: Warmth, own: str) -> Html:
    times = "–" if one.times is None else f"×{words.number(round(one.times, 1))}"
    return tag(
        "tr",
        tag("th", _name(desk, one.brand, own), scope="row"),
        tag(
            "td",
            bar((one.times or 0.0) / _SCALE, (1 / _SCALE, WARM / _SCALE), strong=one.brand == own),
        ),
        tag("td", times, class_="right"),
    )


def _voice(words: Words, desk: Desk, all_: list[Warmth], own: str) -> Html:
    now = sum(one.mentions for one in all_)
    usually = sum(one.usual or 0.0 for one in all_)
    rows = []
    for one in all_:
        share = one.mentions / now if now else 0.0
        usual = (one.usual or 0.0) / usually if usually else None
        rows.append(
            tag(
                "tr",
                tag("th", _name(desk, one.brand, own), scope="row"),
                tag(
                    "td", bar(share, (usual,) if usual is not None else (), strong=one.brand == own)
                ),
                tag("td", words.percent(share), class_="right"),
                tag("td", words.percent(usual) if usual is not None else "–", class_="right soft"),
            )
        )
    head = tag(
        "tr",
        tag("th", words.texts["col_who"], scope="col"),
        tag("th", words.texts["col_share"], scope="col"),
        tag("th", words.texts["col_now"], scope="col", class_="right"),
        tag("th", words.texts["col_usual"], scope="col", class_="right"),
    )
    return block(
        words.texts["voice"],
        paragraph(words.count("voice_how", len(all_)), class_="soft small"),
        tag("table", tag("thead", head), tag("tbody", *rows)),
    )


def _name(desk: Desk, brand: str, own: str) -> Html:
    name = desk.name(brand)
    return tag("strong", name) if brand == own else tag("a", name, href=path_of_brand(brand))
