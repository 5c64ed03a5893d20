"""A count is declared once for each layer: whoever adds one is told what is lacking."""

from pipeline.detection.window.counts import FIELDS, SHARES
from pipeline.rollup.partial import COPIED, CUE_COUNTS, SUMS, TALLIES, Partial
from pipeline.sentiment.lexicon.word_lists import CUES
from schemas.bucket import PARTS, Bucket

MERGED_OTHERWISE = {
    "start_s", "ids", "widest", "offered", "examples", "texts", "passed", "voices", "followers",
    "notes", "model", "by_source",
}  # fmt: skip


CUE_LINES = {
    "pipeline/sentiment/lexicon/word_lists.py, a marker in CUES": [
        name for bit, name in CUE_COUNTS if bit in CUES.values()
    ],
    "pipeline/rollup/partial.py, a field of Partial that is an int": SUMS,
    "schemas/bucket.py, a field of Bucket that is OfMentions": PARTS["mentions"],
    "pipeline/detection/window/counts.py, a line of SHARES": FIELDS,
}
"""Where each cue has a line, named as its member of ``Cue`` in small letters."""


def test_each_cue_has_all_its_lines() -> None:
    lacking = [
        f"{name}: {place}"
        for _, name in CUE_COUNTS
        for place, declared in CUE_LINES.items()
        if name not in declared
    ]
    assert not lacking, "\n".join(lacking)


def test_each_share_is_a_part_of_the_mentions_of_a_bucket() -> None:
    assert {share.name for share in SHARES} <= set(PARTS["mentions"])


def test_all_that_a_part_of_a_bucket_holds_is_merged() -> None:
    assert {*SUMS, *TALLIES, *MERGED_OTHERWISE} == set(Partial.__struct_fields__)


def test_two_parts_meet_in_sums_and_tables() -> None:
    mine, other = Partial(0), Partial(0)
    for place, name in enumerate(SUMS, start=1):
        setattr(mine, name, place)
        setattr(other, name, 100 * place)
    for name in TALLIES:
        key = 7 if name == "wordings" else "k"
        setattr(mine, name, {key: 1})
        setattr(other, name, {key: 2, 8: 1} if name == "wordings" else {key: 2, "new": 1})
    mine.merge(other)
    assert [getattr(mine, name) for name in SUMS] == [101 * (n + 1) for n in range(len(SUMS))]
    assert all(sorted(getattr(mine, name).values()) == [1, 3] for name in TALLIES)


def test_a_bucket_states_what_was_counted() -> None:
    part = Partial(0)
    part.mentions = len(COPIED) + 1
    for place, name in enumerate(name for name in COPIED if name != "mentions"):
        setattr(part, name, place)
    part.aged = part.mentions
    bucket = part.close("b", 10, new_authors=0, copies={}, gaps=(), sources=(), blind=())
    assert isinstance(bucket, Bucket)
    assert all(getattr(bucket, name) == getattr(part, name) for name in COPIED)
