"""The tables. Whatever stands in them can be read from topics again; times are seconds of UTC."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

VERSION: Final = 4
"""Of these tables: a store of another version is emptied, and filled again from topics."""

HOUR_S: Final = 3600

tables: Final = MetaData()


def _key(name: str) -> Column[str]:
    return Column(name, String(256), primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=0)


def _real(name: str) -> Column[float]:
    return Column(name, Float, nullable=False, default=0.0)


def _written() -> Column[int]:
    """When Kafka got it, by the wall clock: what is kept is measured by this, replays included."""
    return Column("written_s", BigInteger, nullable=False, index=True)


about = Table("page_about", tables, Column("version", Integer, primary_key=True))

counts = Table(
    "page_counts",
    tables,
    _key("brand"),
    Column("start_s", BigInteger, primary_key=True, autoincrement=False),
    _key("apart"),
    _whole("revision"),
    _whole("width_s"),
    _whole("mentions"),
    _whole("originals"),
    _whole("negative"),
    _whole("own"),
    _real("weighted"),
    _whole("voices"),
    _whole("attacking"),
    _text("by_source"),
    _written(),
    Index("page_counts_by_time", "start_s"),
    sqlite_with_rowid=False,
)
"""A row for each bucket. ``by_source`` is JSON: mentions of each network, negative ones, attacks.
``voices`` and ``attacking``: independent ones, in thousandths."""

hours = Table(
    "page_hours",
    tables,
    _key("brand"),
    Column("start_s", BigInteger, primary_key=True, autoincrement=False),
    _whole("mentions"),
    _whole("originals"),
    _whole("negative"),
    _whole("own"),
    _real("weighted"),
    _whole("voices"),
    _whole("attacking"),
    sqlite_with_rowid=False,
)
"""Sums of ``counts`` over each hour in which there is a bucket: what is usual is told from four
weeks, which are 240,000 buckets of a busy brand, and 650 hours."""

gaps = Table(
    "page_gaps",
    tables,
    _key("brand"),
    Column("start_s", BigInteger, primary_key=True, autoincrement=False),
    _key("source"),
    _whole("end_s"),
    _text("cause"),
    _text("recovered"),
    _written(),
)

posts = Table(
    "page_posts",
    tables,
    _key("brand"),
    _key("id"),
    _whole("at_s"),
    _text("handle"),
    Column("author", String(256), nullable=False, index=True),
    _whole("followers"),
    _text("kind"),
    _text("lang"),
    _text("text"),
    _real("p_negative"),
    _written(),
    Index("page_posts_by_time", "brand", "at_s"),
    Index("page_posts_by_id", "id"),
)
"""``author``: the handle as deletions are looked for. ``followers``: 0 where nobody said."""

stories = Table(
    "page_stories",
    tables,
    _key("brand"),
    _key("id"),
    _whole("started_s"),
    _whole("last_s"),
    _text("about"),
    _text("languages"),
    _whole("texts"),
    _whole("reposts"),
    _whole("voices"),
    _whole("negative"),
    _whole("attacks"),
    _real("growth"),
    _written(),
    Index("page_stories_by_time", "brand", "last_s"),
)
"""``about`` and ``languages`` are JSON: lists that are shown, and never looked for."""

remarks = Table(
    "page_remarks",
    tables,
    _key("id"),
    Column("brand", String(256), nullable=False),
    Column("incident", String(256), nullable=False, index=True),
    _whole("at_us"),
    _text("by"),
    _text("kind"),
    _text("note"),
    _text("task"),
    _text("step"),
    _whole("until_s"),
    _written(),
)
"""What people said of incidents, as it stands on tocsin.feedback. ``at_us`` is of microseconds:
two people may be at one task within a second. ``task`` and ``step`` are empty where it is none of a
task, and ``until_s`` is 0 where no time was said."""
