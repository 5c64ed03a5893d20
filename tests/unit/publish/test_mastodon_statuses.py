"""How a status of Mastodon becomes a mention."""

from datetime import UTC, datetime

import msgspec

from agents.ingest.sources.mastodon.statuses import Instance, status_in
from support.mastodon_server import account, status

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
INSTANCE = Instance("mastodon.example", "example.org")


def mention(**also):
    made = msgspec.json.encode(status(0, NOW, **also))
    return INSTANCE.mention_of(status_in(made), NOW)


def test_html_becomes_text_with_its_warning_links_and_names():
    content = (
        '<p class="quote-inline">RE: <a href="https://c.example/9">c.example/9</a></p>'
        '<p><span class="h-card"><a href="https://b.example/@acme" class="u-url mention">'
        "@<span>acme</span></a></span> &amp; friends<br>see "
        '<a href="https://news.example/long/way" rel="nofollow"><span class="invisible">https://'
        '</span><span class="ellipsis">news.example/long</span><span class="invisible">/way</span>'
        '</a></p><p><a href="https://b.example/tags/fail" class="mention hashtag">#<span>fail'
        "</span></a></p>"
    )
    said = mention(
        content=content,
        spoiler_text="food & <palm oil>",
        mentions=[{"id": "3", "acct": "acme@b.example", "url": "x"}, {"id": "4", "acct": "ana"}],
        tags=[{"name": "fail", "url": "x"}],
        card={"url": "https://news.example/long/way", "title": "…"},
    )
    assert said.text == (
        "food & <palm oil>\n@acme & friends\nsee https://news.example/long/way\n#fail"
    )
    assert said.urls == ("https://news.example/long/way",)
    assert said.hashtags == ("fail",)
    assert said.addressed == ("acme@b.example", "ana@example.org")


def test_an_account_of_the_instance_bears_its_domain():
    local = mention(account=account("ana", followers_count=12))
    assert (local.author.id, local.author.handle) == ("ana@example.org", "ana@example.org")
    assert local.author.followers == 12
    assert mention().author.handle == "bo@b.example"


def test_a_boost_is_a_repost_with_the_text_of_the_original():
    original = status(
        1, NOW, text="Acme, never again", account=account("ana"), tags=[{"name": "a"}]
    )
    boost = mention(content="", reblog=original)
    assert boost.kind == "repost"
    assert boost.text == "Acme, never again"
    assert boost.author.handle == "bo@b.example"
    assert (boost.ref_id, boost.ref_author) == (
        f"mastodon.example/{original['id']}", "ana@example.org",
    )  # fmt: skip
    assert boost.hashtags == ("a",)


def test_a_reply_and_a_quote_name_what_they_refer_to():
    reply = mention(in_reply_to_id="77")
    assert (reply.kind, reply.ref_id) == ("reply", "mastodon.example/77")
    quote = mention(quote={"state": "accepted", "quoted_status": status(5, NOW, text="Acme!")})
    assert (quote.kind, quote.quoted_text) == ("quote", "Acme!")
    assert quote.ref_author == "bo@b.example"
    pending = mention(quote={"state": "pending", "quoted_status": None})
    assert (pending.kind, pending.ref_id) == ("original", "")
    shallow = mention(quote={"state": "accepted", "quoted_status_id": "9"})
    assert (shallow.kind, shallow.ref_id) == ("quote", "mastodon.example/9")


def test_the_text_of_a_quoted_post_that_is_not_public_is_not_read():
    quoted = status(5, NOW, text="secret", visibility="private")
    assert mention(quote={"state": "accepted", "quoted_status": quoted}).quoted_text == ""


def test_a_time_in_the_future_is_when_it_was_heard():
    assert mention(created_at="2031-01-01T00:00:00.000Z").created_at == NOW
    assert mention(created_at="2026-01-05T11:00:00.000Z").created_at.hour == 11


def test_a_language_is_that_which_is_stated():
    assert mention(language="fr").lang == "fr"
    assert mention(language=None).lang == "und"
    assert mention(language="\u00e9\n").lang == "und"
