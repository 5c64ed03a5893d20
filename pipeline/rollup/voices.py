"""Who speaks for himself: mentions turned into independent voices when a bucket closes.

A thousand posts may be a thousand people, or one of them and nine hundred who pressed a button. What
is counted here is how many say something of their own: an author's second text of the day is half a
voice, a copied wording another half, the n-th repost of a post 1/(1 + n/3), so that 150 reposts are
about twelve voices.
"""

from collections.abc import Iterable, Sequence
from math import exp, sqrt
from typing import Final
from zlib import crc32

from msgspec import Struct, field

from pipeline.sentiment.contract import Cue, Score
from schemas.bucket import Voices
from schemas.mention import Mention

HALF_DAY_S: Final = 43_200
MOST_AUTHORS: Final = 20_000
MOST_WORDINGS: Final = 20_000
MOST_ROOTS: Final = 2_000
ROOT_S: Final = 2 * 86_400
SLOT_S: Final = 600
SLOTS: Final = 6
"""Reposts of the last hour are counted in slots of ten minutes."""

REPOSTS_A_VOICE: Final = 3.0
ANSWERS_A_VOICE: Final = 10.0

HOSTILE_NEGATIVE: Final = 0.75
HOSTILE_ATTACK: Final = 0.65
HOSTILE_POSITIVE: Final = -0.35
HOSTILE_MOST: Final = 1.2
ATTACK_FROM: Final = 1.3
ATTACK_WIDTH: Final = 0.35
"""An attack is told by how many standard deviations its logit lies above what is usual for this
brand and language: half at ``ATTACK_FROM``."""
ATTACKS: Final = 0.5

NORMAL_WORTH: Final = 60.0
NORMAL_HALF_LIFE_S: Final = 5 * 86_400
NORMAL_MOST: Final = 4.0
LEAST_DEVIATION: Final = 0.1

REPOST, ADDRESSED, ACCUSING, SAD, COMPLAINT, NEGATIVE, POSITIVE, GLAD = (1 << n for n in range(8))
_ACCUSING: Final = Cue.OUTRAGE.value | Cue.BOYCOTT.value | Cue.TAKEDOWN.value
_SAD: Final = Cue.SAD_NEWS.value
_COMPLAINT: Final = Cue.COMPLAINT.value


class Voice(Struct, array_like=True, frozen=True, order=True):
    """What one mention brings: fingerprints of its id, its author, its wording and the post that
    it passes on or answers (0 for none), marks, P(positive) in thousandths, the logit of attack in
    hundredths, and the language.
    """

    id: int
    author: int
    wording: int
    root: int
    marks: int
    p_positive: int
    attack: int
    lang: str


def voice_of(mention: Mention, score: Score, wording: int, *, addressed: bool) -> Voice:
    """The voice of one mention. ``addressed``: it speaks to one of the brand's own handles."""
    p_negative, p_neutral, p_positive, cues = score[:4]
    marks = REPOST if mention.kind == "repost" else 0
    if addressed:
        marks |= ADDRESSED
    if cues & _ACCUSING:
        marks |= ACCUSING
    if cues & _SAD:
        marks |= SAD
    if cues & _COMPLAINT:
        marks |= COMPLAINT
    if p_negative >= p_neutral and p_negative >= p_positive:
        marks |= NEGATIVE
    elif p_positive > p_neutral:
        marks |= POSITIVE
    if p_positive > 0.5:
        marks |= GLAD
    return Voice(
        crc32(mention.id.encode()),
        crc32((mention.author.handle or mention.author.id).encode()),
        wording,
        crc32(mention.ref_id.encode()) if mention.ref_id else 0,
        marks,
        round(p_positive * 1000),
        round(score.attack_logit * 100),
        mention.lang,
    )


class Generations(Struct, array_like=True):
    """How often something was heard in the last half day or two; the older half is dropped."""

    started_s: int = 0
    current: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)

    def turn(self, now_s: int, most: int) -> None:
        """Come to ``now_s``; a half that is full makes way early."""
        begins_s = now_s - now_s % HALF_DAY_S
        if begins_s > self.started_s or len(self.current) >= most:
            lapsed = begins_s > self.started_s + HALF_DAY_S
            self.previous = {} if lapsed else self.current
            self.current = {}
            self.started_s = max(begins_s, self.started_s)

    def count(self, what: int) -> int:
        """How often it was heard before; it is counted once more.

        >>> heard = Generations()
        >>> heard.count(7), heard.count(7)
        (0, 1)
        """
        known = self.current.get(what, 0)
        self.current[what] = known + 1
        return known + self.previous.get(what, 0)


class Root(Struct, array_like=True):
    """A post that is passed on or answered. ``slots``: reposts of the last hour."""

    reposts: int = 0
    answers: int = 0
    last_s: int = 0
    slots: list[int] = field(default_factory=lambda: [0] * SLOTS)
    critical: bool = False

    def come_to(self, now_s: int) -> None:
        """Forget the reposts that are older than an hour."""
        passed = min(now_s // SLOT_S - self.last_s // SLOT_S, SLOTS)
        if passed > 0:
            self.slots = [0] * passed + self.slots[: SLOTS - passed]
        self.last_s = max(now_s, self.last_s)


class Usual(Struct, array_like=True):
    """Decayed moments of the logits of attack in one language."""

    texts: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    at_s: int = 0


class VoiceMemory(Struct):
    """What has to be remembered of a brand to tell voices from echoes, in bounded room."""

    authors: Generations = field(default_factory=Generations)
    wordings: Generations = field(default_factory=Generations)
    roots: dict[int, Root] = field(default_factory=dict)
    usual: dict[str, Usual] = field(default_factory=dict)

    def close(
        self, start_s: int, said: Iterable[Voice], prior: "AttackPrior"
    ) -> Voices:
        """The voices of the bucket that begins at ``start_s``; buckets come in order of time."""
        self.authors.turn(start_s, MOST_AUTHORS)
        self.wordings.turn(start_s, MOST_WORDINGS)
        sums = [0.0] * len(_FIELDS)
        touched: set[int] = set()
        for one in sorted(said):
            attack = self._attack(one, start_s, prior)
            self._add(sums, one, attack, start_s, touched)
        cascade = critical = 0
        for place in touched:
            root = self.roots.get(place)
            if root is not None:
                reposts = sum(root.slots)
                cascade = max(cascade, reposts)
                if root.critical:
                    critical = max(critical, reposts)
        self._forget(start_s)
        return Voices(
            **{name: round(value * 1000) for name, value in zip(_FIELDS, sums, strict=True)},
            cascade=cascade,
            critical_cascade=critical,
        )

    def _add(
        self, sums: list[float], one: Voice, attack: float, now_s: int, touched: set[int]
    ) -> None:
        marks = one.marks
        negative = 1.0 if marks & NEGATIVE else 0.0
        hostile = HOSTILE_NEGATIVE * negative + HOSTILE_ATTACK * attack
        if marks & GLAD:
            hostile += HOSTILE_POSITIVE
        hostile = min(max(hostile, 0.0), HOSTILE_MOST)
        root = self._root(one, now_s, touched) if one.root else None
        if marks & REPOST:
            worth = 1.0
            if root is not None:
                worth = 1.0 / (1.0 + root.reposts / REPOSTS_A_VOICE)
                root.reposts += 1
                root.slots[0] += 1
                if marks & (NEGATIVE | ACCUSING) or attack > ATTACKS:
                    root.critical = True
            sums[_REPOSTS] += worth
            sums[_REPOSTS + 1] += worth * negative
            sums[_REPOSTS + 2] += worth * attack
            sums[_HOSTILE] += worth * hostile
            return
        worth = 1.0 / (1 + self.authors.count(one.author))
        if one.wording:
            worth /= 1 + self.wordings.count(one.wording)
        if root is not None:
            worth /= 1.0 + root.answers / ANSWERS_A_VOICE
            root.answers += 1
        for place, part in enumerate(
            (
                1.0,
                negative,
                1.0 if marks & POSITIVE else 0.0,
                one.p_positive / 1000,
                1.0 if marks & ACCUSING else 0.0,
                attack,
                hostile,
                1.0 if marks & ADDRESSED else 0.0,
                1.0 if marks & SAD else 0.0,
                1.0 if marks & COMPLAINT else 0.0,
            )
        ):
            sums[place] += worth * part

    def _root(self, one: Voice, now_s: int, touched: set[int]) -> Root:
        root = self.roots.pop(one.root, None) or Root(last_s=now_s)
        self.roots[one.root] = root  # the newest come last
        root.come_to(now_s)
        touched.add(one.root)
        return root

    def _forget(self, now_s: int) -> None:
        roots = self.roots
        while roots:
            oldest = next(iter(roots))
            if len(roots) <= MOST_ROOTS and roots[oldest].last_s >= now_s - ROOT_S:
                return
            del roots[oldest]

    def _attack(self, one: Voice, now_s: int, prior: "AttackPrior") -> float:
        """How much a text attacks, 0 to 1, against what is usual; reposts teach nothing."""
        mean, deviation = prior.of(one.lang)
        known = self.usual.get(one.lang)
        if known is None:
            known = self.usual[one.lang] = Usual(at_s=now_s)
        worth = NORMAL_WORTH + known.texts
        middle = (NORMAL_WORTH * mean + known.total) / worth
        square = (NORMAL_WORTH * (deviation**2 + mean**2) + known.squares) / worth
        spread = max(sqrt(max(square - middle**2, 0.0)), LEAST_DEVIATION)
        logit = one.attack / 100
        far = (logit - middle) / spread
        if not one.marks & REPOST:
            keep = 0.5 ** (max(now_s - known.at_s, 0) / NORMAL_HALF_LIFE_S)
            tamed = middle + spread * min(max(far, -NORMAL_MOST), NORMAL_MOST)
            known.texts = keep * known.texts + 1.0
            known.total = keep * known.total + tamed
            known.squares = keep * known.squares + tamed**2
            known.at_s = now_s
        return 1.0 / (1.0 + exp(min(max(-(far - ATTACK_FROM) / ATTACK_WIDTH, -50.0), 50.0)))


_FIELDS: Final = (
    "texts",
    "negative",
    "positive",
    "p_positive",
    "accusing",
    "attacking",
    "hostile",
    "addressed",
    "sad",
    "complaint",
    "reposts",
    "reposts_negative",
    "reposts_attacking",
)
_HOSTILE: Final = _FIELDS.index("hostile")
_REPOSTS: Final = _FIELDS.index("reposts")
