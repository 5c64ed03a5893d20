"""From documents, which anybody may write as they please, to mentions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.formats.html_text import read_html
from agents.ingest.sources.rss.entries import NoFeedError, feed_name, mention_of, parse
from agents.ingest.sources.rss.opml import feeds_in
from schemas.codec import Decoder, encode
from schemas.mention import Mention

AT = datetime(2026, 11, 29, 10, tzinfo=UTC)
URL = "https://ana:secret@news.example/feed?key=secret"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>N</title>
<entry><id>https://news.example/1</id><title>Nestlé &amp; l'eau</title>
<link href="https://news.example/1"/><updated>2026-11-29T09:00:00+01:00</updated>
<summary>court</summary>
<content type="html">&lt;p&gt;Un &lt;b&gt;texte&lt;/b&gt; #KitKat&lt;/p&gt;</content>
</entry></feed>"""


def test_an_entry_of_atom_is_a_mention_by_its_feed():
    document = parse(ATOM.encode(), "application/atom+xml")
    [entry] = document.entries
    assert entry.at == datetime(2026, 11, 29, 8, tzinfo=UTC)
    mention = mention_of(entry, URL, document.lang, AT, is_changed=False)
    assert mention.id == "https://news.example/1"
    assert mention.text == "Nestlé & l'eau\n\nUn texte #KitKat"
    assert mention.author.id == "news.example/feed"
    assert (mention.urls, mention.hashtags) == (("https://news.example/1",), ("KitKat",))
    assert mention.created_at == AT


def test_an_address_as_guid_is_one_entry_in_all_feeds_and_any_other_of_its_own():
    [entry] = parse(ATOM.encode()).entries
    ids = {
        guid: {
            mention_of(entry._replace(guid=guid), url, "und", AT, is_changed=False).id
            for url in ("https://news.example/a", "https://news.example/b")
        }
        for guid in (entry.guid, "7", "x" * 5000)
    }
    assert [len(found) for found in ids.values()] == [1, 2, 2]


def test_a_feed_is_named_without_what_may_be_secret():
    assert feed_name(URL) == "news.example/feed"


def test_opml_names_feeds_at_any_depth_and_nothing_else():
    raw = b"""<opml version="2.0"><body><outline text="n"><outline xmlUrl="https://a.example/f"/>
    <outline text="no feed"/></outline><outline xmlUrl="https://a.example/f"/></body></opml>"""
    assert feeds_in(raw) == ["https://a.example/f"]
    with pytest.raises(ValueError, match="no OPML"):
        feeds_in(b"<opml>")
    with pytest.raises(ValueError, match="entities"):
        feeds_in(b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>')


PARTS = st.sampled_from(
    ["<item>", "</item>", "<title>", "</title>", "<guid>", "</guid>", "<link>", "</link>",
     "<pubDate>", "</pubDate>", "<description>", "</description>", "Acme", "&#7;", "&lt;script&gt;",
     "99999", "Sun, 99 Nov 2026 10:00:00 +9900", "9999-12-31T23:59:59Z", "<![CDATA[", "]]>", "é"]
) | st.text(max_size=8)  # fmt: skip


@given(st.lists(PARTS, max_size=30))
def test_any_document_is_entries_that_a_worker_can_read_or_no_feed(parts):
    raw = f"<rss version='2.0'><channel><item>{''.join(parts)}</item></channel></rss>"
    try:
        document = parse(raw.encode(errors="replace"), "application/rss+xml; charset=utf-8")
    except NoFeedError:
        return
    for entry in document.entries:
        found = mention_of(entry, URL, document.lang, AT, is_changed=True)
        assert Decoder(Mention).decode(encode(found)) == found


@given(st.text())
def test_any_html_has_a_text(html):
    assert "\x07" not in read_html(html).text
