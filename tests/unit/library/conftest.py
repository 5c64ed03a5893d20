"""Recordings of one scenario by several seeds, made once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab.simulate import simulate, write_jsonl
from schemas.brand import Brand

START = datetime(2024, 3, 4, tzinfo=UTC)
BRANDS = "brands:\n  - {id: acme, names: [Acme], handles: [acme], languages: [en]}\n"
BRAND = Brand(id="acme", names=("Acme",), handles=("acme",), languages=("en",))


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The file of a seed: a product fails on the third day; it ends twelve hours after noon."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "brands.yaml").write_text(BRANDS)

    def of(seed: int) -> Path:
        path = folder / f"failure-{seed}.jsonl"
        if not path.exists():
            made = simulate("product-failure", seed=seed, brand=BRAND, start=START, days=2.95,
                            mentions_per_hour=40)  # fmt: skip
            write_jsonl(path, made)
        return path

    return of
