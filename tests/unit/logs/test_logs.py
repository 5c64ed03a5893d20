"""What is written of a log in which the same is said again and again, and of what is expected."""

import io
import logging
from collections.abc import Callable
from itertools import count, islice, product
from string import ascii_letters

import pytest
from aiohttp.http_exceptions import BadStatusLine
from aiokafka.errors import KafkaConnectionError
from click import ClickException
from kafka.errors import NodeNotReadyError
from rich.console import Console

from agents.cli.common.start import kafka_errors
from agents.kafka.clients import KafkaClients
from agents.monitoring import logs
from agents.monitoring.logs import KINDS, SHOWN, WINDOW_S, SparingHandler

NAMES = count()


class Written(logging.Handler):
    """Keeps what it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def lines(self) -> list[str]:
        return [record.getMessage() for record in self.records]


class World:
    """A logger of a test's own, and its clock."""

    def __init__(self) -> None:
        self.written = Written()
        self.now_s = 0.0
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.handler = SparingHandler(
            self.written,
            clock_s=lambda: self.now_s,
            later=lambda seconds, call: self.waiting.append((self.now_s + seconds, call)),
        )
        self.log = logging.Logger(f"test-{next(NAMES)}")  # noqa: LOG001 - none but this test's
        self.log.addHandler(self.handler)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        due = [call for at_s, call in self.waiting if at_s <= self.now_s]
        self.waiting = [one for one in self.waiting if one[0] > self.now_s]
        for call in due:
            call()


@pytest.fixture
def world() -> World:
    return World()


def test_what_repeats_is_one_line_with_a_count(world: World) -> None:
    for number in range(322):
        world.log.warning("offset %s of %s is not committed", number, "tocsin.incidents[0]")
    assert len(world.written.lines) == SHOWN
    world.wait(WINDOW_S)
    [line] = world.written.lines[SHOWN:]
    said = "offset 321 of tocsin.incidents[0] is not committed"
    assert line == f"… (319 more like this in the last 60 s): {said}"
    assert world.written.records[-1].levelno == logging.WARNING


def test_few_of_a_kind_are_written_as_they_are(world: World) -> None:
    for _ in range(SHOWN):
        world.log.warning("again")
    world.wait(WINDOW_S)
    assert world.written.lines == ["again"] * SHOWN


def test_after_a_count_it_begins_again(world: World) -> None:
    for _ in range(2):
        for _ in range(SHOWN + 1):
            world.log.warning("again")
        world.wait(WINDOW_S)
    assert [line.startswith("…") for line in world.written.lines] == [
        *[False] * SHOWN, True, *[False] * SHOWN, True,
    ]  # fmt: skip


def test_what_differs_in_words_is_not_counted_together(world: World) -> None:
    for brand in ("acme", "nestle", "other", "third", "fifth"):
        world.log.error("incident %s of brand %s reaches nobody", "1", brand)
    assert len(world.written.lines) == 5


def test_below_a_warning_a_figure_is_news(world: World) -> None:
    for number in range(10):
        world.log.info("version %s is published", number)
        world.log.info("connected")
    published = [line for line in world.written.lines if line.startswith("version")]
    assert (len(published), world.written.lines.count("connected")) == (10, SHOWN)


def test_levels_and_loggers_are_not_counted_together(world: World) -> None:
    for _ in range(SHOWN):
        world.log.warning("again")
        world.log.error("again")
    assert len(world.written.lines) == 2 * SHOWN


def test_the_end_of_the_process_says_what_was_counted(world: World) -> None:
    for _ in range(SHOWN + 2):
        world.log.warning("again")
    world.handler.close()
    assert world.written.lines[-1] == "… (2 more like this in the last 0 s): again"


def test_what_ends_a_process_is_never_spared(world: World) -> None:
    for _ in range(SHOWN + 2):
        world.log.critical("the worker ends itself")
    assert len(world.written.lines) == SHOWN + 2


def test_only_so_many_kinds_are_remembered(world: World) -> None:
    for word in islice(product(ascii_letters, repeat=3), KINDS + 50):
        world.log.warning("%s", "".join(word))
    assert len(world.handler._kinds) <= KINDS


@pytest.mark.parametrize(
    "error",
    [
        NodeNotReadyError(1),
        KafkaConnectionError("away"),
        BadStatusLine("\x16\x03"),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=repr,
)
def test_the_expected_is_one_warning_without_a_traceback(world: World, error: Exception) -> None:
    world.log.error("fetching fails\n", exc_info=error)
    [record] = world.written.records
    assert record.levelno == logging.WARNING
    assert record.exc_info is None
    assert record.getMessage() == f"fetching fails: {error!r}"


def test_the_unexpected_keeps_its_traceback(world: World) -> None:
    world.log.error("a fault of ours", exc_info=ZeroDivisionError())
    [record] = world.written.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "a fault of ours")
    assert record.exc_info is not None


def test_a_critical_end_stays_critical_without_a_traceback(world: World) -> None:
    world.log.critical("the worker ends itself", exc_info=NodeNotReadyError(1))
    [record] = world.written.records
    assert record.levelno == logging.CRITICAL
    assert record.exc_info is None


def test_what_kafka_does_not_answer_ends_a_command_with_one_line() -> None:
    kafka = KafkaClients("kafka:9092")
    with pytest.raises(ClickException, match="NodeNotReadyError"), kafka_errors(kafka):
        raise NodeNotReadyError(1)


def test_a_process_writes_its_log_to_the_console_it_is_given() -> None:
    screen = io.StringIO()
    logs.set_up(Console(file=screen, width=200), "info")
    for number in range(50):
        logging.getLogger("tocsin.test").warning("record %s [bold]<!here>[/bold]", number)
    logging.getLogger("tocsin.test").debug("not asked for")
    assert screen.getvalue().count("[bold]<!here>[/bold]") == SHOWN
    assert "not asked for" not in screen.getvalue()
