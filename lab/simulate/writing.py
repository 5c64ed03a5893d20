"""What one post says: a phrasing, typed by a person, with its handles, hashtags and links."""

import re
from typing import NamedTuple

from lab.simulate.authors import CAREFUL, Person
from lab.simulate.draws import Draws
from lab.simulate.grammar import Phrasings, Stance
from lab.simulate.scenario import Beat
from lab.simulate.streams import WaveStream
from lab.simulate.style import Style
from lab.simulate.texts import brand_slots, own_handle, plain
from schemas.brand import Brand

_TAG = re.compile(r"#(\w+)")
_HANDLE = re.compile(r"@(\w+)")
_ON_TOPIC = 0.7
_SPEAKS_TO_HANDLE = 0.8
_SITES = (
    "news.example", "daily.example", "journal.example", "blog.example", "video.example",
    "shop.example", "photo.example", "forum.example", "www.example.com", "www.example.org",
)  # fmt: skip
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class WrittenText(NamedTuple):
    """A text and what X would find in it."""

    text: str
    stance: Stance
    section: Phrasings
    hashtags: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()


class Passable(NamedTuple):
    """A post that others may pass on or answer."""

    id: str
    handle: str
    language: str
    conversation: str
    words: WrittenText


class Writing:
    """Writes the posts of one simulation."""

    def __init__(self, brand: Brand, draws: Draws, *, year: int) -> None:
        self._draws = draws
        self._handle = own_handle(brand)
        self._tag = brand_slots(brand)["tag"]
        self._slug = plain((*brand.names, brand.id)[0])
        self._style = Style(draws, year=year, keep=(*brand.names, self._handle))

    def beat(self, stream: WaveStream, section: Phrasings, beat: Beat) -> WrittenText:
        """Return a post that sets something off: carefully typed, with every tag it has."""
        tags = [f"#{self._named(tag)}" for tag in beat.tags]
        text = " ".join((section.compose(self._draws), *tags))
        if not beat.links:
            return _found(text, section, ())
        return self._linked(text, section, self._link_of(stream))

    def fresh(self, stream: WaveStream, language: str, person: Person) -> WrittenText:
        """Return a post that answers nobody."""
        return self._write(stream, stream.voices(language).pick(self._draws), person)

    def answer(
        self, stream: WaveStream, language: str, root: Passable, person: Person, *, echo: bool
    ) -> WrittenText:
        """Return a reply to ``root`` or a quote of it; an ``echo`` is mostly in the same vein."""
        draws = self._draws
        section = root.words.section
        if not echo:
            section = stream.voices(language).pick(draws)
        elif draws.random() > _ON_TOPIC or stream.wave.echoes:
            section = stream.echoes(language).pick(draws)
        return self._write(stream, section, person, to=root.handle)

    def _write(
        self, stream: WaveStream, section: Phrasings, person: Person, to: str = ""
    ) -> WrittenText:
        draws = self._draws
        wave = stream.wave
        text = section.compose(draws)
        if person.habits != CAREFUL:
            text = self._style.type_out(text, section.stance, person.habits)
        if to:
            text = f"@{to} {text}"
        elif section.to_brand and draws.random() < _SPEAKS_TO_HANDLE and "@" not in text:
            text = f"@{self._handle} {text}"
        if section.plain:
            return _found(text, section, ())
        if wave.tags and draws.random() < wave.tagged:
            text = f"{text} #{self._named(draws.pick(wave.tags))}"
        elif not wave.tags and draws.random() < wave.tagged and "#" not in text:
            text = f"{text} {draws.pick(self._tag)}"
        if wave.links and draws.random() < wave.linked:
            return self._linked(text, section, self._link_of(stream))
        if section.link:
            return self._linked(text, section, self._some_link())
        return _found(text, section, ())

    def _linked(self, text: str, section: Phrasings, url: str) -> WrittenText:
        return _found(f"{text} {url}", section, (url,))

    def _named(self, pattern: str) -> str:
        return pattern.replace("{brand}", self._slug)

    def _link_of(self, stream: WaveStream) -> str:
        return f"https://{self._named(self._draws.pick(stream.wave.links))}"

    def _some_link(self) -> str:
        draws = self._draws
        slug = "".join([draws.pick(_LETTERS) for _ in range(6)])
        return f"https://{draws.pick(_SITES)}/{slug}"


def _found(text: str, section: Phrasings, urls: tuple[str, ...]) -> WrittenText:
    return WrittenText(
        text,
        section.stance,
        section,
        tuple(_TAG.findall(text)) if "#" in text else (),
        urls,
        tuple(dict.fromkeys(_HANDLE.findall(text))) if "@" in text else (),
    )
