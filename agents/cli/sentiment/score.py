"""``tocsin sentiment score``: probabilities for each line."""

from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

import click
import msgspec

from agents.cli.common.groups import examples
from agents.cli.language.say import in_words, say
from agents.cli.sentiment.common import blocks, lang_option, scorer_of, weights_option
from pipeline.reading.careful import CarefulScorer
from pipeline.reading.encoder import EncoderReader, NoReaderError, open_reader
from pipeline.sentiment.api import LABELS, Score, Scorer, ScorerError
from schemas.reading import CLASSES

_RECORD_BYTES = 1_000_000
"""What is read of one line of JSON: a text may come with much beside it."""

_DIGITS = 6


@click.command(
    epilog=examples(
        "tocsin sentiment score posts.txt --lang fr", "tocsin sentiment score --jsonl posts.jsonl"
    )
)
@click.argument("file", type=click.File("rb"), default="-")
@lang_option
@click.option("--jsonl", is_flag=True,
              help="Lines are JSON objects, with text and perhaps lang, in and out.")  # fmt: skip
@click.option("--reader", "careful", is_flag=True,
              help="With --jsonl: read each text carefully (optional extra).")  # fmt: skip
@weights_option
def command(
    file: BinaryIO, lang: str, *, jsonl: bool, careful: bool, weights: BinaryIO | None
) -> None:
    """Write label, p_negative, p_neutral and p_positive for each line of FILE (or stdin).

    One line of output per line of input, fields separated by tabs, as they come. What is not UTF-8
    is read as U+FFFD; of a line, the first 4,000 characters count.

    With --jsonl each line is an object with the field "text" and, if it is known, "lang" (else
    --lang counts). Written are objects with the probabilities negative, neutral and positive, which
    add up to 1, and attack, complaint and harm, each by itself: that the text attacks the brand it
    names, complains to it, tells of harm it did. A line that is no such object is read as a text
    itself, and its object says so in the field "error".

    With --reader, attack, complaint and harm are what careful reading says, some hundred texts a
    second, and the field "classes" has the probability of each of its classes. It needs the
    optional extra tocsin[reader].
    """
    if careful and not jsonl:
        raise click.UsageError(say("--reader needs --jsonl"))
    try:
        scorer = scorer_of(weights)
    except ScorerError as error:
        raise click.ClickException(in_words(error)) from error
    out = click.get_text_stream("stdout", encoding="utf-8")
    if careful:
        reading = CarefulScorer(scorer, _reader_or_exit())
        for block in blocks(file, _RECORD_BYTES):
            for line in _read_objects(reading, block, lang):
                out.write(f"{line}\n")
            out.flush()
        return
    if jsonl:
        for block in blocks(file, _RECORD_BYTES):
            out.write("".join(f"{line}\n" for line in _objects(scorer, block, lang)))
            out.flush()
        return
    for block in blocks(file):
        for score in scorer.score_many([(line, lang) for line in block]):
            found = score.sentiment
            shares = "\t".join(f"{share:.6f}" for share in found.probabilities)
            out.write(f"{LABELS[found.label]}\t{shares}\n")
        out.flush()


class _Asked(NamedTuple):
    text: str
    lang: str
    error: str = ""


def _objects(scorer: Scorer, lines: list[str], lang: str) -> list[str]:
    asked = [_asked(line, lang) for line in lines]
    scores = scorer.score_many([(each.text, each.lang) for each in asked])
    return [
        msgspec.json.encode(_answer(score, each.error)).decode()
        for each, score in zip(asked, scores, strict=True)
    ]


def _reader_or_exit() -> EncoderReader:
    try:
        return open_reader()
    except NoReaderError as error:
        raise click.ClickException(in_words(error)) from error


def _read_objects(scorer: CarefulScorer, lines: list[str], lang: str) -> list[str]:
    asked = [_asked(line, lang) for line in lines]
    read = scorer.read_many([(each.text, each.lang) for each in asked])
    return [
        msgspec.json.encode(_answer(score, each.error) | {"classes": _by_class(classes)}).decode()
        for each, (score, classes) in zip(asked, read, strict=True)
    ]


def _by_class(classes: Sequence[float]) -> dict[str, float]:
    return {name: round(share, _DIGITS) for name, share in zip(CLASSES, classes, strict=True)}


def _asked(line: str, lang: str) -> _Asked:
    """What a line asks for; the line itself is the text where it is no object with one."""
    try:
        found: Any = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return _Asked(line, lang, "not JSON")
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        return _Asked(line, lang, "no object with a text")
    stated = found.get("lang")
    if stated is None or stated == "":
        return _Asked(found["text"], lang)
    if not isinstance(stated, str):
        return _Asked(found["text"], lang, "lang is no string")
    return _Asked(found["text"], stated)


def _answer(score: Score, error: str) -> dict[str, float | str]:
    shares, signals = score.sentiment.probabilities, score.signals
    answer: dict[str, float | str] = {
        label: round(share, _DIGITS) for label, share in zip(LABELS, shares, strict=True)
    }
    answer |= {
        "attack": round(signals.attack, _DIGITS),
        "complaint": round(signals.complaint, _DIGITS),
        "harm": round(signals.harm, _DIGITS),
    }
    return answer | {"error": error} if error else answer
