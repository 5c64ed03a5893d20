"""The store: takes records in any order and any number of copies, and answers in rows.

Of a bucket the highest revision wins; of a story the newest word; of two remarks of one id the
earlier, as a form that is sent twice makes; the rest is known by its key. So a topic that is read
again from anywhere changes nothing. What is to be forgotten goes, and comes not again, whichever
was heard first. What comes is held back until ``flush``, which writes it in one transaction;
``AHEAD`` rows at most are held.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from operator import ge, le
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from agents.deletions.forgotten import Forgotten
from agents.web.store import rows, tables
from pipeline.deletions.to_forget import folded
from pipeline.phrase import Phrase
from schemas.bucket import Bucket
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.mention import ALL_BRANDS

DEFAULT_URL: Final = "sqlite:///.cache/page.db"
AHEAD: Final = 2_000
_WAIT_S: Final = 10.0
_AT_ONCE: Final = 500
"""Ids that one statement asks for."""

_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_STANDS: Final[Mapping[str, tuple[str, Callable[[Any, Any], Any]]]] = {
    tables.counts.name: ("revision", ge),
    tables.stories.name: ("last_s", ge),
    tables.remarks.name: ("at_us", le),
}
"""By table: of two rows of one key, the new one stands where this holds of it and the old one."""

_FILLED: Final = (tables.counts, tables.gaps, tables.posts, tables.stories, tables.remarks)


class StoreError(ValueError):
    """The store cannot be opened: what is wrong, and what to do. Shows no password."""


class Store:
    """See the module. ``url``: as SQLAlchemy has it, ``sqlite:///file`` or ``postgresql://…``.

    Raises:
        StoreError: it is no such URL, or there is no such database.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._held: dict[Table, dict[tuple[object, ...], rows.Row]] = {}
        self._forgotten = Forgotten()
        self._gone: dict[Column[str], set[str]] = {}
        self._remarks_written = 0
        self._lock = Lock()
        # A database in memory has one connection for all threads, and one that is given back is
        # rolled back: without taking turns, whoever reads undoes what another is writing.
        self._turn = RLock() if isinstance(self._engine.pool, StaticPool) else nullcontext()
        try:
            self._make()
        except SQLAlchemyError as error:
            shown = self._engine.url.render_as_string(hide_password=True)
            raise StoreError(
                Phrase(
                    "the store {shown} cannot be opened: {what}", shown=shown, what=_cause(error)
                )
            ) from error

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        return self._engine.url.render_as_string(hide_password=True)

    def take(self, bucket: Bucket, written_s: int) -> None:
        """Take a bucket. Clocks say nothing of a brand, and tables of the past nothing of posts."""
        if bucket.brand == ALL_BRANDS or bucket.is_history:
            return
        self._hold(tables.counts, rows.count_row(bucket, written_s))
        for table, found in (
            (tables.gaps, rows.gap_rows(bucket, written_s)),
            (tables.posts, rows.post_rows(bucket, written_s)),
            (tables.stories, rows.story_rows(bucket, written_s)),
        ):
            for row in found:
                self._hold(table, row)
        self._flush_if_full()

    def forget(self, deletion: Deletion) -> None:
        """Keep no post that a deletion is about, and no handle and link of it in what people wrote.

        Counts and stories stay: they name nobody.
        """
        self._forgotten.take(deletion)
        posts = tables.posts.c
        with self._lock:
            if deletion.kind == "post":
                self._gone.setdefault(posts.id, set()).add(deletion.subject)
            else:
                names = {folded(name) for name in (deletion.subject, deletion.handle) if name}
                self._gone.setdefault(posts.author, set()).update(names)
        self._flush_if_full()

    def take_remark(self, said: Feedback, written_s: int) -> None:
        """Take what a person said of an incident; labels are for learning, and stay out."""
        if said.kind != "label" and said.incident:
            known = replace(said, note=self._forgotten.text_of(said.note))
            self._hold(tables.remarks, rows.remark_row(known, written_s))
            self._flush_if_full()

    @property
    def remarks_written(self) -> int:
        """How many remarks this process wrote: another number where there are new ones."""
        return self._remarks_written

    def flush(self) -> None:
        """Write what is held. What a database refuses is held no longer: the error says so."""
        with self._lock:
            held, self._held = self._held, {}
            gone, self._gone = self._gone, {}
        if not held and not gone:
            return
        with self._writing() as connection:
            for table, found in held.items():
                connection.execute(self._upsert(table), list(found.values()))
            self._add_up(connection, held.get(tables.counts, {}).values())
            # After what came before them; what comes later is not held.
            for column, ids in gone.items():
                known = sorted(ids)
                for at in range(0, len(known), _AT_ONCE):
                    some = column.in_(known[at : at + _AT_ONCE])
                    connection.execute(delete(tables.posts).where(some))
            if gone:
                self._unsay(connection)
        self._remarks_written += len(held.get(tables.remarks, ()))

    def prune(self, before_s: int) -> int:
        """Forget what Kafka got before ``before_s``; return how many rows that were."""
        counts, hours = tables.counts.c, tables.hours.c
        hour = counts.start_s - counts.start_s % tables.HOUR_S
        old = select(counts.brand, hour.label("start_s")).where(counts.written_s < before_s)
        with self._writing() as connection:
            touched = [
                {"brand": row.brand, "start_s": row.start_s}
                for row in connection.execute(old.distinct())
            ]
            gone = sum(
                connection.execute(delete(table).where(table.c.written_s < before_s)).rowcount
                for table in _FILLED
            )
            if touched:
                at = (hours.brand == bindparam("of"), hours.start_s == bindparam("hour_s"))
                places = [{"of": one["brand"], "hour_s": one["start_s"]} for one in touched]
                connection.execute(delete(tables.hours).where(*at), places)
            self._add_up(connection, touched)
        return gone

    def erase(self) -> None:
        """Forget everything, so that it is filled anew."""
        with self._lock:
            self._held, self._gone = {}, {}
        with self._writing() as connection:
            for table in (*_FILLED, tables.hours):
                connection.execute(delete(table))

    def newest_s(self) -> int:
        """When Kafka got the newest bucket that is stored; 0 for an empty store."""
        with self.reading() as connection:
            found = connection.execute(select(func.max(tables.counts.c.written_s))).scalar()
        return int(found or 0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; any thread may ask for one."""
        with self._turn, self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Write what is held, and let the connections go."""
        try:
            self.flush()
        finally:
            self._engine.dispose()

    def _make(self) -> None:
        with self._writing() as connection:
            tables.about.create(connection, checkfirst=True)
            version = connection.execute(select(tables.about.c.version)).scalar()
            if version != tables.VERSION:
                tables.tables.drop_all(connection)
                tables.tables.create_all(connection)
                connection.execute(tables.about.insert(), {"version": tables.VERSION})

    def _hold(self, table: Table, row: rows.Row) -> None:
        if table is tables.posts and self._forgotten.has(row["id"], row["handle"]):
            return
        key = tuple(row[column.name] for column in table.primary_key)
        order, stands = _STANDS.get(table.name, ("", None))
        with self._lock:
            held = self._held.setdefault(table, {})
            known = held.get(key)
            if known is None or stands is None or stands(row[order], known[order]):
                held[key] = row

    def _flush_if_full(self) -> None:
        held = sum(len(found) for found in (*self._held.values(), *self._gone.values()))
        if held >= AHEAD:
            self.flush()

    def _add_up(self, connection: Connection, touched: Iterable[Mapping[str, Any]]) -> None:
        """Add up anew the hours of buckets that were written or went.

        From the buckets as they stand, so that it comes out the same however often it is done, and
        by however many that share a database.
        """
        places = {
            (row["brand"], row["start_s"] - row["start_s"] % tables.HOUR_S) for row in touched
        }
        if places:
            asked = [
                {"of": brand, "from_s": at, "to_s": at + tables.HOUR_S} for brand, at in places
            ]
            connection.execute(self._hours_sum, asked)

    @cached_property
    def _hours_sum(self) -> Any:  # noqa: ANN401 - of one dialect or the other
        counts = tables.counts.c
        sums = [column.name for column in tables.hours.c if column.name not in {"brand", "start_s"}]
        summed = (
            select(
                counts.brand,
                (func.min(counts.start_s) - func.min(counts.start_s) % tables.HOUR_S).label(
                    "start_s"
                ),
                *(func.sum(counts[name]).label(name) for name in sums),
            )
            .where(counts.brand == bindparam("of"))
            .where(counts.start_s >= bindparam("from_s"), counts.start_s < bindparam("to_s"))
            .group_by(counts.brand)
        )
        insert = self._insert(tables.hours).from_select(["brand", "start_s", *sums], summed)
        changed = {name: insert.excluded[name] for name in sums}
        return insert.on_conflict_do_update(index_elements=["brand", "start_s"], set_=changed)

    def _unsay(self, connection: Connection) -> None:
        """Take names that are to be forgotten out of what people wrote; a table of hundreds."""
        remarks = tables.remarks.c
        names = or_(remarks.note.contains("@"), remarks.note.contains("//"))
        for row in connection.execute(select(remarks.id, remarks.note).where(names)).all():
            without = self._forgotten.text_of(row.note)
            if without != row.note:
                changed = update(tables.remarks).where(remarks.id == row.id).values(note=without)
                connection.execute(changed)

    def _insert(self, table: Table) -> Any:  # noqa: ANN401 - of one dialect or the other
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)

    def _upsert(self, table: Table) -> Any:  # noqa: ANN401 - of one dialect or the other
        insert = self._insert(table)
        keys = [column.name for column in table.primary_key]
        new = insert.excluded
        changed: Mapping[str, Any] = {
            column.name: new[column.name] for column in table.c if column.name not in keys
        }
        order, stands = _STANDS.get(table.name, ("", None))
        where = stands(new[order], table.c[order]) if stands is not None else None
        return insert.on_conflict_do_update(index_elements=keys, set_=changed, where=where)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # A database in memory is one connection's own, so that all threads share one.
        in_memory = parsed.get_backend_name() == "sqlite" and not parsed.database
        one = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(parsed, pool_pre_ping=True, **(one if in_memory else {}))
    except (ArgumentError, ImportError, OSError, SQLAlchemyError) as error:
        raise StoreError(
            Phrase(
                "this is no store: {what}. Use sqlite:///FILE or postgresql://USER@HOST/NAME",
                what=_cause(error),
            )
        ) from None
    if engine.dialect.name not in {"sqlite", "postgresql"}:
        raise StoreError(
            Phrase("{name} is no store: use SQLite or PostgreSQL", name=engine.dialect.name)
        )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
    return engine


def _tune(connection: Any, _: object) -> None:  # noqa: ANN401 - sqlite3's, handed on by SQLAlchemy
    """Let one write while others read; a crash may cost the last seconds, which are read again."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={round(_WAIT_S * 1000)}")
    cursor.close()


def _cause(error: BaseException) -> str:
    """Return the first line of what the driver says; the rest quotes statements."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
