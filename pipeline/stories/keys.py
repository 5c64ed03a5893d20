"""What one post can share with others, as strings: its keys.

The first character says of what kind a key is: ``>`` a post that is passed on or answered, ``/`` a
link, ``=`` a wording (fingerprint), ``#`` a hashtag; all others are content words, which begin with
a letter or a digit.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from msgspec import Struct

from pipeline.deletions.alias import alias_of, print32
from pipeline.deletions.to_forget import ToForget
from pipeline.sentiment.api import Score
from schemas.mention import Mention

ROOT: Final = ">"
LINK: Final = "/"
WORDING: Final = "="
TAG: Final = "#"

KEY_CHARACTERS: Final = 60
"""A longer key is cut, and ends in a fingerprint of the whole."""
TAGS: Final = 6
LINKS: Final = 3
"""A post that carries more is likely to be about none of them."""
TEXT_CHARACTERS: Final = 100
HANDLE_CHARACTERS: Final = 60

_GOLDEN: Final = 2_654_435_761


class KeyedPost(Struct, array_like=True):
    """What stories need to know of one post, or of all reposts of one post in a bucket.

    ``name``: of reposts, the smallest id among them, whose text speaks for all: they have one. What
    a row is kept under, the id of a text or of the post that is passed on, it does not repeat: each
    mention writes it to the journal. ``author``: fingerprint; ``handle``: of who wrote the text.
    ``text`` is kept of reposts only, in which case ``passed_on`` holds.
    """

    name: str
    at_s: int
    keys: list[str]
    author: int = 0
    handle: str = ""
    followers: int = 0
    lang: str = "und"
    negative: int = 0
    attack: int = 0
    text: str = ""
    passed_on: bool = False

    def copy(self) -> "KeyedPost":
        """The same, to be filled in."""
        return KeyedPost(
            self.name,
            self.at_s,
            self.keys.copy(),
            self.author,
            self.handle,
            self.followers,
            self.lang,
            self.negative,
            self.attack,
            self.text,
            self.passed_on,
        )

    def forget(self, gone: ToForget, kept_under: str = "") -> None:
        """Let go of the names that are to be forgotten, and of the text of such a post.

        ``kept_under``: what the row does not repeat, see above.
        """
        if gone.has(kept_under or self.post, self.handle):
            self.handle = self.text = ""
        self.keys = [key_without(key, gone) for key in self.keys]
        if self.name and gone.post(self.name):
            self.name = alias_of(self.name)

    @property
    def post(self) -> str:
        """Id of the post that it stands for: where it is a repost, of the one that is passed on."""
        if self.passed_on:
            return next((key[1:] for key in self.keys if key[0] == ROOT), self.name)
        return self.name


def row_of(mention: Mention, score: Score, wording: int, *, negative: bool) -> KeyedPost:
    """What stories need to know of a post.

    ``wording``: as in ``keys_of``. ``negative``: by its score that is the likeliest.
    """
    author = mention.author
    passed_on = mention.kind == "repost"
    handle = mention.ref_author if passed_on else author.handle or author.id
    return KeyedPost(
        mention.identity if passed_on else "",
        int(mention.created_at.timestamp()),
        keys_of(mention, score.signals.terms, wording),
        scatter(author.id),
        handle[:HANDLE_CHARACTERS],
        author.followers,
        mention.lang,
        int(negative),
        int(attacks(score)),
        mention.text[:TEXT_CHARACTERS] if passed_on else "",
        passed_on,
    )


def attacks(score: Score) -> bool:
    """Whether the text attacks the brand: more likely than not.

    Of everyday negative posts 1.5 % do by that measure (docs/adr/0017-stance.md); of attacks it
    finds fewer than half, so a story's share is rather a floor.
    """
    return score.signals.attack_logit >= 0


def keys_of(mention: Mention, terms: Iterable[str], wording: int) -> list[str]:
    """All keys of a post, each once. ``wording``: fingerprint, 0 where it is too short to tell.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> at, author = datetime(2010, 3, 17, tzinfo=UTC), Author(id="a")
    >>> link = "https://www.Example.org/palm?utm_source=x"
    >>> post = Mention(id="7", created_at=at, text="…", author=author, urls=(link,), ref_id="5")
    >>> keys_of(post, ("palm", "oil"), 0)
    ['palm', 'oil', '>5', '/example.org/palm']
    """
    keys = [term if len(term) <= KEY_CHARACTERS else cut(term) for term in terms]
    if mention.ref_id and mention.kind != "repost":
        keys.append(ROOT + mention.ref_id)
    if wording:
        keys.append(f"{WORDING}{wording:08x}")
    if mention.hashtags:
        keys += {cut(TAG + tag.lower()): None for tag in mention.hashtags[:TAGS]}
    if mention.urls:
        keys += {key: None for url in mention.urls[:LINKS] if (key := link_key(url))}
    return keys


def link_key(url: str) -> str:
    """Return the key of a link: without scheme, ``www.``, fragment and what only counts clicks.

    Empty for the bare address of a site, which is no story.

    >>> link_key("http://WWW.news.example/a/?utm_medium=social&id=3#top"), link_key("https://x.org/")
    ('/news.example/a?id=3', '')
    """
    rest = url.partition("://")[2] or url
    rest = rest.partition("#")[0]
    place, _, query = rest.partition("?")
    host, slash, path = place.partition("/")
    path = path.rstrip("/")
    if query:
        query = "&".join(part for part in query.split("&") if not part.startswith("utm_"))
    if not path and not query:
        return ""
    host = host.lower().removeprefix("www.")
    return cut(f"{LINK}{host}{slash}{path}{'?' if query else ''}{query}")


def key_without(key: str, gone: ToForget) -> str:
    """Return a key, or what stands in its place where it names what is to be forgotten.

    >>> key_without(">7", ToForget({"7"})), key_without("palm", ToForget({"7"}))
    ('>~6abf4a82', 'palm')
    """
    kind, name = key[:1], key[1:]
    if kind == ROOT:
        return kind + gone.id_of(name)
    return kind + alias_of(name) if kind == LINK and gone.link(name) else key


def cut(key: str) -> str:
    """Return the key itself, or its beginning and a fingerprint where it is long.

    >>> cut("#nestle"), len(cut("x" * 300))
    ('#nestle', 60)
    """
    if len(key) <= KEY_CHARACTERS:
        return key
    return f"{key[: KEY_CHARACTERS - 8]}{crc32(key.encode('utf-8', 'replace')):08x}"


def scatter(name: str) -> int:
    """Return 32 bits by which names are drawn at random, the same draw everywhere.

    >>> scatter("7") == scatter("7") != scatter("8")
    True
    """
    return print32(name) * _GOLDEN & 0xFFFF_FFFF
