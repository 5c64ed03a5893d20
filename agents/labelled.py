"""Labelled files on disk: which layout each has, told by its name and its first line."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.phrase import Phrase
from pipeline.sentiment.api import LABELS
from pipeline.sentiment.training import corpus
from pipeline.sentiment.training.corpus import Columns, CorpusError, LabelledText

NAMES = {
    "arabic": "ar",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
}
"""Directories of the XLM-T layout, by language; any other name is taken as a language tag."""

LAYOUTS = ("xlm-t", "semeval", "vader", "csv", "pairs")
_FIELDS = 3
_TEXTS = "_text.txt"


def read_directory(data: Path, without: frozenset[str] = frozenset()) -> Iterator[LabelledText]:
    """Read every labelled file below ``data``; a source is named after its directory.

    Only files that are certainly labelled: CSV and plain pairs are left out, and files named in
    ``without``.

    Raises:
        CorpusError: a file does not hold what its name promises, or there is none.
    """
    empty = True
    for path in sorted(data.rglob("*")):
        if path.name in without:
            continue
        if path.name.endswith(_TEXTS):
            layout = "xlm-t"
        elif path.suffix == ".tsv":
            layout = "semeval"
        elif path.name == "tweets_GroundTruth.txt":
            layout = "vader"
        else:
            continue
        empty = False
        source = path.parent.name
        try:
            yield from _read(path, layout, NAMES.get(source, source), source, Columns())
        except CorpusError as error:
            raise CorpusError(f"{path.parent}: {path.name}: {error}") from error
    if empty:
        raise CorpusError(
            Phrase("{data}: no *_text.txt, *.tsv or tweets_GroundTruth.txt below it", data=data)
        )


def read_labelled(
    path: Path, layout: str | None, lang: str, columns: Columns
) -> list[LabelledText]:
    """Read one labelled file. ``layout``: one of ``LAYOUTS``, or ``None`` to tell it by the file.

    ``lang`` is the language of files that do not state it; XLM-T files state it by their directory,
    SemEval and VADER are English. The source is the file's name.

    Raises:
        CorpusError: the file is not what it should be.
    """
    if layout == "xlm-t" or (layout is None and path.name.endswith(_TEXTS)):
        lang = NAMES.get(path.parent.name, lang)
        return list(_read(path, "xlm-t", lang, path.name, columns))
    rows = text_of(path.read_bytes(), str(path))
    return list(parse_labelled(rows, layout, lang, columns, source=path.name))


def parse_labelled(
    rows: str, layout: str | None, lang: str, columns: Columns, *, source: str
) -> Iterator[LabelledText]:
    """Read the text of a labelled file, as ``read_labelled`` does.

    Raises:
        CorpusError: the text is not what it should be, or of a layout that needs two files.
    """
    layout = layout or _layout_of(rows, source)
    if layout == "semeval":
        return corpus.semeval(rows, source=source)
    if layout == "vader":
        return corpus.vader(rows, source=source)
    if layout == "csv":
        return corpus.table(rows, columns, lang=lang, source=source)
    if layout == "pairs":
        return corpus.pairs(rows, lang=lang, source=source)
    raise CorpusError(
        Phrase(
            "{source}: {layout} needs two files: texts, and labels beside them",
            source=source,
            layout=layout,
        )
    )


def text_of(data: bytes, name: str) -> str:
    """Decode a file.

    Raises:
        CorpusError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            Phrase("{name}: not UTF-8 at byte {start}", name=name, start=error.start)
        ) from error


def _read(
    path: Path, layout: str, lang: str, source: str, columns: Columns
) -> Iterator[LabelledText]:
    texts = text_of(path.read_bytes(), str(path))
    if layout != "xlm-t":
        return parse_labelled(texts, layout, lang, columns, source=source)
    labels = path.with_name(path.name.replace(_TEXTS, "_labels.txt"))
    if labels == path or not labels.is_file():
        raise CorpusError(
            Phrase("{path}: no *_labels.txt beside this *{texts}", path=path, texts=_TEXTS)
        )
    marks = text_of(labels.read_bytes(), str(labels))
    return corpus.parallel(texts, marks, lang=lang, source=source)


def _layout_of(rows: str, source: str) -> str:
    """Layout by the name of the file, else by the fields of its first line."""
    if source.lower().endswith(".csv"):
        return "csv"
    fields = rows.partition("\n")[0].split("\t")
    if len(fields) < _FIELDS:
        return "pairs"
    return "semeval" if fields[1] in LABELS else "vader"
