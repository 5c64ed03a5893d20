"""What some mentions add to one bucket: a commutative sum, so any order gives the same bucket."""

from datetime import UTC, datetime

from msgspec import Struct, field

from pipeline.sentiment.contract import Cue, Score
from schemas.base import Counted
from schemas.bucket import Bucket, Example
from schemas.mention import Gap, Mention

TOP = 10
EXAMPLES = 3
EXAMPLE_CHARACTERS = 280
TAGS_PER_MENTION = 20
TAG_CHARACTERS = 200

_OUTRAGE, _BOYCOTT, _COMPLAINT, _FIRST_PERSON, _SAD_NEWS, _TAKEDOWN = (
    Cue.OUTRAGE.value,
    Cue.BOYCOTT.value,
    Cue.COMPLAINT.value,
    Cue.FIRST_PERSON.value,
    Cue.SAD_NEWS.value,
    Cue.TAKEDOWN.value,
)
_COUNTS = (
    "mentions",
    "weighted_milli",
    "originals",
    "reposts",
    "replies",
    "quotes",
    "own",
    "negative",
    "neutral",
    "positive",
    "p_negative_milli",
    "outrage",
    "boycott",
    "complaint",
    "first_person",
    "sad_news",
    "takedown",
    "reach",
    "duplicates",
    "edited",
    "late",
    "future",
)
_TALLIES = (
    "authors",
    "languages",
    "hashtags",
    "links",
    "handles",
    "terms",
    "reposted",
)


def _tally(counts: dict[str, int], keys: tuple[str, ...]) -> None:
    for key in dict.fromkeys(keys[:TAGS_PER_MENTION]):
        short = key[:TAG_CHARACTERS]
        counts[short] = counts.get(short, 0) + 1


def _top(counts: dict[str, int], most: int = TOP) -> tuple[Counted, ...]:
    """The most frequent first; equals in order of name, so that the order never depends on luck."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])


def _louder(example: Example) -> tuple[int, str]:
    return (-example.followers, example.id)


class Partial(Struct, array_like=True):
    """Sums over distinct mentions of one brand in one bucket; an array in JSON.

    Fractions are kept as whole thousandths: sums of floats would depend on their order.
    """

    start_s: int
    ids: list[str] = field(default_factory=list)
    mentions: int = 0
    weighted_milli: int = 0
    originals: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    own: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    p_negative_milli: int = 0
    outrage: int = 0
    boycott: int = 0
    complaint: int = 0
    first_person: int = 0
    takedown: int = 0
    reach: int = 0
    duplicates: int = 0
    edited: int = 0
    late: int = 0
    future: int = 0
    authors: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    hashtags: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    reposted: dict[str, int] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    model: str = ""
    sad_news: int = 0  # last, for arrays written before it was counted end earlier

    def add_own(self, mention: Mention) -> None:
        """Count a post by the brand's own account, which says nothing about the brand's repute."""
        self.ids.append(mention.identity)
        self.own += 1

    def add(self, mention: Mention, score: Score) -> None:
        """Count one mention that is new to this bucket."""
        self.ids.append(mention.identity)
        self.mentions += 1
        self.weighted_milli += round(mention.weight * 1000)
        kind = mention.kind
        if kind == "original":
            self.originals += 1
        elif kind == "repost":
            self.reposts += 1
            if mention.ref_id:
                self.reposted[mention.ref_id] = self.reposted.get(mention.ref_id, 0) + 1
        elif kind == "reply":
            self.replies += 1
        else:
            self.quotes += 1
        self._add_score(score)
        author = mention.author
        self.reach += author.followers
        name = author.handle or author.id
        self.authors[name] = self.authors.get(name, 0) + 1
        self.languages[mention.lang] = self.languages.get(mention.lang, 0) + 1
        if mention.hashtags:
            _tally(self.hashtags, tuple(tag.lower() for tag in mention.hashtags))
        if mention.urls:
            _tally(self.links, mention.urls)
        if mention.addressed:
            _tally(self.handles, tuple(handle.lower() for handle in mention.addressed))
        if score.terms:
            _tally(self.terms, score.terms)
        examples = self.examples
        if kind != "repost" and (
            len(examples) < EXAMPLES or author.followers >= examples[-1].followers
        ):
            self._offer(mention, score.p_negative)

    def _add_score(self, score: Score) -> None:
        p_negative, p_neutral, p_positive, cues, _ = score
        if p_negative >= p_neutral and p_negative >= p_positive:
            self.negative += 1
        elif p_positive > p_neutral:
            self.positive += 1
        else:
            self.neutral += 1
        self.p_negative_milli += round(p_negative * 1000)
        if cues:
            if cues & _OUTRAGE:
                self.outrage += 1
            if cues & _BOYCOTT:
                self.boycott += 1
            if cues & _COMPLAINT:
                self.complaint += 1
            if cues & _FIRST_PERSON:
                self.first_person += 1
            if cues & _SAD_NEWS:
                self.sad_news += 1
            if cues & _TAKEDOWN:
                self.takedown += 1

    def _offer(self, mention: Mention, p_negative: float) -> None:
        example = Example(
            id=mention.id,
            handle=mention.author.handle or mention.author.id,
            followers=mention.author.followers,
            created_at=mention.created_at,
            kind=mention.kind,
            text=mention.text[:EXAMPLE_CHARACTERS],
            p_negative=round(p_negative, 3),
        )
        self.examples = sorted([*self.examples, example], key=_louder)[:EXAMPLES]

    def merge(self, other: "Partial") -> None:
        """Add another part of the same bucket."""
        self.ids += other.ids
        for name in _COUNTS:
            if value := getattr(other, name):
                setattr(self, name, getattr(self, name) + value)
        for name in _TALLIES:
            mine = getattr(self, name)
            for key, count in getattr(other, name).items():
                mine[key] = mine.get(key, 0) + count
        if other.examples:
            self.examples = sorted([*self.examples, *other.examples], key=_louder)[:EXAMPLES]
        # Two versions meet in one bucket only while a new model is being swapped in.
        self.model = max(self.model, other.model)

    def close(
        self,
        brand: str,
        width_s: int,
        *,
        new_authors: int,
        gaps: tuple[Gap, ...],
        sources: tuple[str, ...],
        blind: tuple[str, ...],
    ) -> Bucket:
        """The bucket as it is published."""
        start = datetime.fromtimestamp(self.start_s, UTC)
        return Bucket(
            brand=brand,
            start=start,
            width_s=width_s,
            watermark=datetime.fromtimestamp(self.start_s + width_s, UTC),
            mentions=self.mentions,
            weighted=self.weighted_milli / 1000,
            originals=self.originals,
            reposts=self.reposts,
            replies=self.replies,
            quotes=self.quotes,
            own=self.own,
            negative=self.negative,
            neutral=self.neutral,
            positive=self.positive,
            p_negative_sum=self.p_negative_milli / 1000,
            outrage=self.outrage,
            boycott=self.boycott,
            complaint=self.complaint,
            first_person=self.first_person,
            sad_news=self.sad_news,
            takedown=self.takedown,
            authors=len(self.authors),
            new_authors=new_authors,
            reach=self.reach,
            languages=_top(self.languages),
            hashtags=_top(self.hashtags),
            links=_top(self.links),
            handles=_top(self.handles),
            terms=_top(self.terms),
            loudest=_top(self.authors, 5),
            reposted=_top(self.reposted, 5),
            examples=tuple(self.examples),
            duplicates=self.duplicates,
            edited=self.edited,
            late=self.late,
            future=self.future,
            gaps=gaps,
            sources=sources,
            blind=blind,
            model=self.model,
        )
