"""Many brands: a page asks the store a bounded number of times, whatever each of them does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from agents.coverage.verdict import Status
from agents.web.catalogue import PAGE_WORDS
from agents.web.feeds.data import brand_states
from agents.web.views.brand import brand_page
from agents.web.views.desk import COMPARED, Desk
from agents.web.views.market import MOST, called, rivals_of
from agents.web.views.now import ROWS, now_page
from schemas.brand import Brand
from support.page_server import NOW, PageServer, bucket

EN = PAGE_WORDS["en"]
MANY = 2_000
MINUTES = 7
"""Brands of as many different last minutes, as partitions and sources have them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    server = PageServer(tmp_path_factory.mktemp("page"), count=1, days=0.1)
    rivals = tuple(f"Brand {number}" for number in range(MANY))
    brands = {
        f"b{number}": Brand(
            id=f"b{number}", names=(f"Brand {number}",), rivals=rivals if number == 1 else ()
        )
        for number in range(MANY)
    }
    for name in brands:
        server.store.take(bucket(name, NOW - timedelta(minutes=30), 3), int(NOW.timestamp()))
    server.store.flush()
    server.statuses = {
        name: Status("heard", NOW - timedelta(minutes=number % MINUTES))
        for number, name in enumerate(brands)
    }
    found = server.page._desk(EN)
    return found._replace(brands=brands, called=called(brands.values()))


@pytest.fixture
def asked(desk: Desk) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*said: object) -> None:
        statements.append(str(said[2]))

    engine = desk.courses._store._engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_the_first_page_asks_by_minute_and_not_by_brand(desk: Desk, asked: list[str]) -> None:
    page = now_page(EN, desk, lambda _: None)
    assert page.count("<tr>") <= ROWS + 5
    assert len(asked) <= 3 * MINUTES


def test_the_api_says_all_brands_with_as_few_questions(desk: Desk, asked: list[str]) -> None:
    found = brand_states(desk)
    assert len(found) == MANY > COMPARED
    assert all(one.mentions == 3 for one in found)
    assert len(asked) <= MINUTES


def test_a_brand_is_compared_with_so_many_rivals_at_most(desk: Desk, asked: list[str]) -> None:
    brand = desk.brands["b1"]
    assert len(rivals_of(brand, desk)) == MOST
    brand_page(EN, desk, brand, "24h", lambda _: None)
    assert len(asked) <= 2 * MOST + 20


def test_rivals_are_found_by_whatever_they_are_called(tmp_path: Path) -> None:
    brands = {
        "acme": Brand(id="acme", names=("Acme",), rivals=("Éclat", "@fox", "Acme", "nobody")),
        "eclat": Brand(id="eclat", names=("ECLAT",)),
        "red-fox": Brand(id="red-fox", names=("Red Fox",), handles=("Fox",)),
    }
    server = PageServer(tmp_path, count=1, days=0.1)
    found = server.page._desk(EN)._replace(brands=brands, called=called(brands.values()))
    assert rivals_of(brands["acme"], found) == ["eclat", "red-fox"]
    server.store.close()
