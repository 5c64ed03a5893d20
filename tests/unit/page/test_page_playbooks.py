"""Playbooks: the nearest one, safe to be shown, and faults said at the start."""

from pathlib import Path

import pytest

from agents.web.playbooks import MOST, PlaybookError, Playbooks, read_playbooks


def test_the_nearest_is_found_and_markup_stays_text(tmp_path: Path) -> None:
    (tmp_path / "default.md").write_text("Call.", encoding="utf-8")
    (tmp_path / "giveaway.fr.md").write_text(
        "# Jeu\n\n<script>x</script> ![y](http://z/i.png) [no](javascript:x)", encoding="utf-8"
    )
    books = read_playbooks(tmp_path)
    french = books.of("giveaway", "fr")
    assert french
    assert "<h1>Jeu</h1>" in french.html
    for bad in ("<script", "<img", 'href="javascript'):
        assert bad not in french.html
    english = books.of("giveaway", "en")
    assert english
    assert english.name == "default.md"
    assert Playbooks().of("giveaway", "en") is None


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "b.md").write_text("x" * (MOST + 1), encoding="utf-8")
    with pytest.raises(PlaybookError) as raised:
        read_playbooks(tmp_path)
    assert "a.md" in str(raised.value)
    assert "b.md" in str(raised.value)
    with pytest.raises(PlaybookError, match="is no directory"):
        read_playbooks(tmp_path / "none")
