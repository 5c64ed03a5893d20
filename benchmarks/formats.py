"""How fast files become mentions, and mentions find their brands.

    .venv/bin/python benchmarks/formats.py [--rows 40000] [FILE MAPPING.yaml]...

Figures are per second of CPU time, the best of three runs, on posts made up here. A loop of plain
Python is timed beside them: on a machine where it takes 40 ns a step, figures compare with ours.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.ingest.formats import BadLine, neutral, open_mentions
from pipeline.brands import BrandMatcher
from schemas.brand import Brand, Brands
from schemas.mention import Author, Mention

RUNS = 3
MAPPING = """\
id: id
created_at: created_at
text: text
lang: {constant: en}
author: {id: author, followers: followers}
"""


def best_rate(work: Callable[[], int]) -> int:
    """Items per second of CPU time, best of ``RUNS``."""
    rates = []
    for _ in range(RUNS):
        start = time.process_time()
        count = work()
        rates.append(count / (time.process_time() - start))
    return round(max(rates))


def loop_step_ns() -> float:
    """Nanoseconds of one step of a plain loop: the speed of this machine, now."""
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number & 3
    return (time.process_time() - start) * 1000


def made_up_mentions(count: int) -> list[Mention]:
    """Posts of some 15 words, a third with a hashtag, half with a link."""
    draw = random.Random(7)
    syllables = ["ka", "lo", "mi", "ten", "ra", "sol", "bé", "ur", "din", "ost"]
    words = ["".join(draw.choices(syllables, k=draw.randint(1, 4))) for _ in range(3000)]
    start = datetime(2020, 1, 1, tzinfo=UTC)
    mentions = []
    for number in range(count):
        text = " ".join(draw.choices(words, k=draw.randint(5, 25)))
        text += f" #{draw.choice(words)}" if draw.random() < 1 / 3 else ""
        text += f" https://t.co/{draw.randrange(10**9)}" if draw.random() < 1 / 2 else ""
        moment = start + timedelta(seconds=draw.randrange(10**6))
        author = Author(id=str(draw.randrange(10**6)), followers=draw.randrange(5000))
        mentions.append(Mention(id=str(number), created_at=moment, text=text, author=author))
    return mentions


def lines_of(mentions: list[Mention]) -> dict[str, list[str]]:
    """The same posts in every form."""
    forms: dict[str, list[str]] = {"neutral": [], "x-v2": [], "x-v1": [], "csv": [], "jsonl": []}
    forms["csv"].append("id,created_at,author,followers,text\n")
    for post in mentions:
        iso, author = post.created_at.isoformat(), post.author
        flat = {"id": post.id, "created_at": iso, "text": post.text, "author": author.id}
        flat["followers"] = str(author.followers)
        data = {"id": post.id, "text": post.text, "created_at": iso, "author_id": author.id}
        user = {"id": author.id, "username": f"u{author.id}"}
        user_v1 = {"id_str": author.id, "screen_name": f"u{author.id}"}
        old = post.created_at.strftime("%a %b %d %H:%M:%S +0000 %Y")
        forms["neutral"].append(neutral.line(post).decode())
        forms["x-v2"].append(json.dumps({"data": data, "includes": {"users": [user]}}) + "\n")
        tweet = {"id_str": post.id, "created_at": old, "full_text": post.text, "user": user_v1}
        forms["x-v1"].append(json.dumps(tweet) + "\n")
        forms["jsonl"].append(json.dumps(flat) + "\n")
        cells = [post.id, iso, author.id, flat["followers"], f'"{post.text}"']
        forms["csv"].append(",".join(cells) + "\n")
    return forms


def read_rate(path: Path, mapping: Path | None) -> int:
    """Rows per second from a file to sorted mentions."""

    def work() -> int:
        items = list(open_mentions([path], mapping=mapping))
        if bad := [item for item in items if isinstance(item, BadLine)]:
            print(f"    {len(bad)} bad lines, the first: {bad[0]}")
        return len(items)

    return best_rate(work)


def match_rate(mentions: list[Mention], brands: int) -> int:
    """Mentions per second through a matcher of so many brands of three names each."""
    draw = random.Random(11)
    texts = [post.text.split() for post in mentions[:2000]]
    made = []
    for number in range(brands):
        names = (f"brand{number}", f"{draw.choice(draw.choice(texts))} x{number}", f"Zé {number}")
        made.append(Brand(id=f"b{number}", names=names, handles=(f"h{number}",), exclude=("qq",)))
    match = BrandMatcher(Brands(brands=tuple(made))).match
    return best_rate(lambda: len([match(post) for post in mentions]))


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE MAPPING")
    arguments = parser.parse_args()
    mentions = made_up_mentions(arguments.rows)
    print(f"plain loop: {loop_step_ns():.0f} ns a step")
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder, "mapping.yaml")
        mapping.write_text(MAPPING)
        for name, lines in lines_of(mentions).items():
            path = Path(folder, name)
            path.write_text("".join(lines))
            rate = read_rate(path, mapping if name in {"csv", "jsonl"} else None)
            print(f"read {name:8} {rate:>9,} rows/s")
    for path, given in zip(arguments.files[::2], arguments.files[1::2], strict=True):
        print(f"read {path.name} {read_rate(path, given):>9,} rows/s")
    for brands in (1, 100, 1000):
        print(f"match {brands:>5} brands {match_rate(mentions, brands):>9,} mentions/s")
    print(f"plain loop: {loop_step_ns():.0f} ns a step")


if __name__ == "__main__":
    main()
