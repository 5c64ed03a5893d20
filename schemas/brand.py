"""The brand configuration: what a user writes in one YAML file."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.network import NETWORK_FORM

Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
AlertLanguage = Literal["en", "fr"]
JudgedTogether = Literal["all", "each"]
JudgedNetwork = Annotated[str, Meta(pattern=f"^{NETWORK_FORM}$")]
BrandKey = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]


class JudgedOn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a brand is judged on.

    ``sources``: ``all`` networks together, some of them together, or ``each`` on its own
    (``schemas.network``). What comes from others is counted and shown, and judged on nowhere.

    >>> JudgedOn(sources=("x", "bluesky")).includes("mastodon"), JudgedOn().includes("mastodon")
    (False, True)
    """

    sources: JudgedTogether | tuple[JudgedNetwork, ...] = "all"

    def includes(self, network: str) -> bool:
        """Whether it is judged on what this network brings."""
        return isinstance(self.sources, str) or network in self.sources

    @property
    def each(self) -> bool:
        """Whether each network is judged on its own."""
        return self.sources == "each"


class Brand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One brand to listen for.

    ``id``: key on every topic. ``names``: all spellings; matching ignores accents and case, so one
    of ``Nestlé``/``Nestle`` is enough to match, and X rules get both. ``handles`` and
    ``own_accounts`` without ``@``, ``hashtags`` without ``#``. ``exclude``: words that make a post
    one about something else. ``languages``: BCP 47 primary tags; empty means all. ``critics`` and
    ``allies``: accounts, without ``@``; ``rivals``: names, and accounts with ``@``.
    ``false_rings_per_quarter``: how often in three months people may be woken for nothing.
    ``heads_up_per_week``: how often a week a quiet line may come to nothing. ``alert_zone``: the
    time zone of those who read the alerts, as the time zone database calls it. ``judge``: on what
    it is judged.
    """

    id: BrandKey
    names: tuple[str, ...]
    handles: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    own_accounts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    critics: tuple[str, ...] = ()
    allies: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    slack_channel: str = ""
    alert_language: AlertLanguage = "en"
    alert_zone: Annotated[str, Meta(min_length=1, max_length=100)] = "UTC"
    false_rings_per_quarter: Annotated[float, Meta(gt=0, le=100)] = 0.5
    heads_up_per_week: Annotated[float, Meta(gt=0, le=100)] = 1.0
    judge: JudgedOn = JudgedOn()


class Brands(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as a whole."""

    brands: tuple[Brand, ...]
