"""Whatever a file looks like, it holds the same mentions, and every line has its place."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.ingest.formats import BadLine, Item, open_mentions
from agents.ingest.ledger import Ledger
from lab.backtest import Backtest
from pipeline.brands import BrandMatcher
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand, Brands
from schemas.mention import Mention

BRAND = Brand(id="acme", names=("Acme",), own_accounts=("acme",))
MATCHER = BrandMatcher(Brands(brands=(BRAND,)))
NINE = datetime(2020, 3, 17, 9, tzinfo=UTC)
MODEL = load_ngram()


def post(number: int, who: str, text: str, fans: int, kind: str) -> dict[str, Any]:
    at = NINE + timedelta(seconds=7 * number)
    return {"id": str(number), "at": at, "who": who, "text": text, "fans": fans, "kind": kind}


posts = st.lists(
    st.builds(
        post,
        st.integers(0, 30),
        st.just("ana"),
        st.sampled_from(["Acme", "Acme, été “x”", 'a "quoted", Acme; |', "no brand"]),
        st.sampled_from([0, 7, 1234, 1234567]),
        st.sampled_from(["original", "repost"]),
    ),
    min_size=3,
    max_size=12,
    unique_by=lambda one: one["id"],
)


def _zipped(plain: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts", plain)
    return held.getvalue()


PACKS = {
    "plain": lambda plain: plain,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": _zipped,
}


def opened(content: bytes, mapping: str = "") -> list[Item]:
    with tempfile.TemporaryDirectory() as folder:
        path, told = Path(folder, "posts"), Path(folder, "mapping.yaml")
        path.write_bytes(content)
        told.write_text(mapping)
        return list(
            open_mentions([path], mapping=told if mapping else None, brands=frozenset(("acme",)))
        )


def told(item: Item) -> tuple[Any, ...]:
    assert isinstance(item, Mention), item
    author = item.author
    return item.id, item.created_at, item.text, author.handle, author.followers, item.kind


def expected(drawn: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    ordered = sorted(drawn, key=lambda one: one["at"])
    names = ("id", "at", "text", "who", "fans", "kind")
    return [tuple(one[name] for name in names) for one in ordered]


@settings(deadline=None, max_examples=40)
@given(st.data(), posts)
def test_tables_in_every_dress_hold_the_same(data, drawn):
    def pick(*choices):
        return data.draw(st.sampled_from(choices))

    delimiter = pick(",", ";", "\t", "|")
    split, thousands, header = pick(True, False), pick("", ",", " ", "."), pick(True, False)
    no, yes = pick(("No", "Yes"), ("FALSE", "TRUE"), ("0", "1"), ("nan", "12"), ("None", "@bob"))
    encoding = pick("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
    names = ["id", *(["day", "hour"] if split else ["at"]), "who", "fans", "text", "rt", "odd"]
    rows = []
    for one in drawn:
        at = one["at"]
        when = [f"{at:%d/%m/%Y}", f"{at:%H:%M:%S}"] if split else [at.isoformat()]
        fans = f"{one['fans']:,}".replace(",", thousands)
        repost = yes if one["kind"] == "repost" else no
        odd = pick("", "nan", "{", '["a"]', "12")
        rows.append([one["id"], *when, one["who"], fans, one["text"], repost, odd])
    held = io.StringIO()
    if header and pick(True, False):
        held.write('"Report:"%s"Mentions, all"\r\n"Made:"%s"today"\r\n\r\n' % (2 * (delimiter,)))
    elif pick(True, False):
        held.write(f"sep={delimiter}\r\n")
    writer = csv.writer(held, delimiter=delimiter)
    writer.writerows([names, *rows] if header else rows)
    mapping = f"""
encoding: {encoding}
timezone: UTC
id: id
created_at: {'{join: [day, hour], format: "%d/%m/%Y %H:%M:%S"}' if split else "at"}
text: text
author: {{handle: who, followers: fans}}
kind: {{repost: rt}}
hashtags: odd
"""
    if not header:
        mapping += f"columns: [{', '.join(names)}]\n"
    pack = PACKS[pick(*PACKS)]
    items = opened(pack(held.getvalue().encode(encoding)), mapping)
    assert [told(item) for item in items] == expected(drawn)


ODD = st.sampled_from(
    [
        {},
        {"lang": None},
        {"lang": 5},
        {"entities": None},
        {"entities": {"urls": [{"expanded_url": None}], "hashtags": 7}},
        {"possibly_new": [float("nan"), 10**30]},
    ]
)
MESSAGES = st.sampled_from(
    [
        {"delete": {"status": {"id": 1}}},
        {"limit": {"track": 12, "timestamp_ms": "1584435605000"}},
        {"disconnect": {"code": 4, "reason": "\ud83d"}},
        {"warning": {"code": "FALLING_BEHIND"}},
    ]
)


def as_v1(one: dict[str, Any], odd: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": pick_id(one, odd),
        "id_str": one["id"],
        "created_at": f"{one['at']:%a %b %d %H:%M:%S +0000 %Y}",
        "text": one["text"],
        "user": {"id_str": "7", "screen_name": one["who"], "followers_count": one["fans"]},
        **odd,
        **({"retweeted_status": as_v1({**one, "kind": "original"}, {})} if _is_rt(one) else {}),
    }


def pick_id(one: dict[str, Any], odd: dict[str, Any]) -> Any:
    return 1.2e18 if odd else int(one["id"])


def _is_rt(one: dict[str, Any]) -> bool:
    return one["kind"] == "repost"


def as_v2(one: dict[str, Any], odd: dict[str, Any]) -> dict[str, Any]:
    referred = [{"type": "retweeted", "id": "99"}] if _is_rt(one) else None
    return {
        "id": one["id"],
        "text": one["text"],
        "created_at": one["at"].isoformat(),
        "author_id": "7",
        "referenced_tweets": referred,
        **odd,
    }


@settings(deadline=None, max_examples=40)
@given(st.data(), posts)
def test_json_of_x_in_every_layout_holds_the_same(data, drawn):
    def pick(*choices):
        return data.draw(st.sampled_from(choices))

    drawn = [{**one, "fans": 1234} for one in drawn]
    user = {"id": "7", "username": "ana", "public_metrics": {"followers_count": pick(1234, "1234")}}
    odd = [data.draw(ODD) for _ in drawn]
    layout = pick("lines", "array", "indented", "page", "behind")
    if pick(True, False):
        made = [as_v1(one, each) for one, each in zip(drawn, odd, strict=True)]
        page: Any = {"statuses": made}
    else:
        made = [as_v2(one, each) for one, each in zip(drawn, odd, strict=True)]
        page = {"data": made, "includes": {"users": [user, {"odd": 1}]}}
        if layout != "page":
            made = [{"data": one, "includes": {"users": [user]}} for one in made]
            if pick(True, False):
                made = [*({"data": one["data"]} for one in made), {"includes": {"users": [user]}}]
    content = {
        "lines": lambda: "\n".join(map(json.dumps, made)),
        "array": lambda: json.dumps(made),
        "indented": lambda: json.dumps(made, indent=pick(1, 2, 4)),
        "page": lambda: json.dumps(page, indent=pick(None, 2)),
        "behind": lambda: " ".join(map(json.dumps, made)),
    }[layout]()
    pack = PACKS[pick(*PACKS)]
    items = opened(pack(content.encode()))
    assert [told(one) for one in items if isinstance(one, Mention)] == expected(drawn)
    assert not [one for one in items if isinstance(one, BadLine)]


@settings(deadline=None, max_examples=25)
@given(st.data(), posts)
def test_every_line_has_its_place_and_no_other(data, drawn):
    lines = [as_v1(one, {}) for one in drawn]
    again = data.draw(st.lists(st.sampled_from(lines), max_size=4))
    own = [as_v1(post(50, "acme", "sorry", 1, "original"), {})] * data.draw(st.integers(0, 1))
    messages = data.draw(st.lists(MESSAGES, max_size=5))
    broken = data.draw(st.lists(st.sampled_from(['{"id', '{"id_str":"5"}', "[]"]), max_size=3))
    written = [json.dumps(one) for one in (*lines, *again, *own, *messages)] + broken
    content = "\n".join([written[0], *data.draw(st.permutations(written[1:]))])
    rules = RollupRules()
    backtest = Backtest({"acme": BRAND}, rules=rules, model=MODEL)
    for item in opened(content.encode()):
        if isinstance(item, Mention):
            backtest.feed(item, MATCHER.match(item))
        elif isinstance(item, BadLine):
            backtest.reject()
        else:
            backtest.note(item.gap, item.missed)
    backtest.finish()
    report = backtest.report(tocsin="0", files=())
    unmatched = sum(one["text"] == "no brand" for one in (*lines, *again))
    named = sum(one["text"] != "no brand" for one in lines)
    assert report.lines == len(written)
    assert (report.bad, report.not_posts) == (len(broken), len(messages))
    assert (report.own, report.unmatched) == (len(own), unmatched)
    assert report.mentions == named
    assert report.lines == (
        report.mentions
        + report.duplicates
        + report.own
        + report.bad
        + report.unmatched
        + report.not_posts
    )
    # The roll-up, which decides, says the same of the one brand.
    [brand] = report.brands
    assert (brand.mentions, brand.duplicates) == (report.mentions, report.duplicates)
    assert brand.own == report.own


def test_a_post_of_several_brands_is_one_line() -> None:
    ledger = Ledger(lambda brand, handle: brand == handle)
    [item] = opened(json.dumps(as_v1(post(1, "acme", "Acme", 1, "original"), {})).encode())
    assert isinstance(item, Mention)
    ledger.post(item, ("acme", "other"))
    ledger.post(item, ("acme", "other"))
    assert (ledger.lines, ledger.mentions, ledger.duplicates, ledger.own) == (2, 1, 1, 0)
