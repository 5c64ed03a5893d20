"""Who speaks for himself: mentions turned into independent voices when a bucket closes.

A thousand posts may be a thousand people, or one of them and nine hundred who pressed a button.
Counted is how many say something of their own: an author's second text of the day is half a voice,
a copied wording another half, the n-th repost of a post 1/(1 + n/3), so that 150 reposts are
about twelve voices.
"""

from collections.abc import Sequence
from math import copysign, exp, sqrt
from operator import attrgetter
from typing import Final
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.rollup.speakers.memory import Memory
from pipeline.sentiment.api import NEVER, Cue, Score
from schemas.bucket import LeadingPost, Voices
from schemas.mention import Mention

MOST_ROOTS: Final = 1_000
ROOT_S: Final = 2 * 86_400
SLOT_S: Final = 600
SLOTS: Final = 6
"""Reposts of the last hour are counted in slots of ten minutes."""

LEADING: Final = 3
LEADING_REPOSTS: Final = 3
"""So many posts with so many reposts within an hour are told of one by one."""

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
FIERCE_FROM: Final = 2.2
FIERCE_WIDTH: Final = 0.25
"""The same of a fierce attack. One everyday text in seventy is one, and grumbling about a price or
spam is none, however much of it is a little above the usual."""
ATTACKS: Final = 0.5
GLAD_FROM: Final = 0.5
_SURE: Final = 50.0
"""Log-odds beyond which nothing changes."""

NORMAL_WORTH: Final = 60.0
NORMAL_HALF_LIFE_S: Final = 5 * 86_400
NORMAL_MOST: Final = 4.0
LEAST_DEVIATION: Final = 0.1

EVERYDAY: Final = {
    "ar": (-1.45, 0.75),
    "de": (-1.8, 0.85),
    "en": (-2.0, 1.1),
    "es": (-1.65, 0.9),
    "fr": (-1.8, 0.85),
    "hi": (-2.2, 1.05),
    "it": (-1.8, 0.95),
    "pt": (-1.6, 0.85),
}
"""Mean and standard deviation of the logit of attack over everyday texts of each language."""
ANY_LANGUAGE: Final = (-1.9, 1.0)
"""Of a language that the model does not know; all of those are one."""


def _prior(lang: str, mean: float, deviation: float) -> tuple[str, float, float]:
    """Under which name a language is learnt; sum and sum of squares of its everyday texts."""
    return lang, NORMAL_WORTH * mean, NORMAL_WORTH * (deviation**2 + mean**2)


_PRIORS: Final = {lang: _prior(lang, *everyday) for lang, everyday in EVERYDAY.items()}
_ANY_PRIOR: Final = _prior("", *ANY_LANGUAGE)

FIELDS: Final = (
    "texts",
    "negative",
    "positive",
    "p_positive",
    "accusing",
    "attacking",
    "fierce",
    "hostile",
    "addressed",
    "sad",
    "complaint",
    "reposts",
    "reposts_negative",
    "reposts_attacking",
    "rival",
)
_HOSTILE: Final = FIELDS.index("hostile")
_REPOSTS: Final = FIELDS.index("reposts")
_P_POSITIVE: Final = FIELDS.index("p_positive")
_ATTACKING: Final = FIELDS.index("attacking")
_FIERCE: Final = FIELDS.index("fierce")
_RIVAL: Final = FIELDS.index("rival")

REPOST, ADDRESSED, ACCUSING, SAD, COMPLAINT, NEGATIVE, POSITIVE, GLAD = (1 << n for n in range(8))
RIVAL, ALLY = 1 << 8, 1 << 9
"""It names a rival; an ally says it."""
_MARKED: Final = tuple(
    (FIELDS.index(name), mark)
    for name, mark in (
        ("negative", NEGATIVE),
        ("positive", POSITIVE),
        ("accusing", ACCUSING),
        ("addressed", ADDRESSED),
        ("sad", SAD),
        ("complaint", COMPLAINT),
        ("rival", RIVAL),
    )
)
_PLACES: Final = tuple(
    tuple(place for place, mark in _MARKED if marks & mark) for marks in range(ALLY << 1)
)
"""By marks, which sums a text adds to."""
ACCUSING_CUES: Final = Cue.OUTRAGE.value | Cue.BOYCOTT.value | Cue.TAKEDOWN.value
_SAD: Final = Cue.SAD_NEWS.value
_COMPLAINT: Final = Cue.COMPLAINT.value


class Voice(Struct, array_like=True, frozen=True, gc=False):
    """What one mention brings.

    ``id``, ``author``, ``wording`` and ``root`` (the post that it passes on or answers; 0 for none)
    are fingerprints. ``p_positive`` in thousandths, ``attack`` a logit in hundredths.
    """

    id: int
    author: int
    wording: int
    root: int
    marks: int
    p_positive: int
    attack: int
    lang: str


_in_order: Final = attrgetter(*Voice.__struct_fields__)
"""Compares voices in C, whole."""


def voice_of(mention: Mention, score: Score, wording: int, marks: int) -> Voice:
    """The voice of one mention.

    ``marks``: as of ``marks_of``, and what the brand's lists say, ``RIVAL`` or ``ALLY``. What an
    ally says is not against the brand, whatever it sounds like.
    """
    if marks & ALLY:
        score = Score(
            replace(score.sentiment, p_negative=0.0),
            replace(score.signals, cues=0, attack_logit=NEVER),
        )
        marks &= REPOST | ADDRESSED | RIVAL | ALLY
        marks |= marks_of(score, repost=False, addressed=False)
    return Voice(
        crc32(mention.id.encode()),
        crc32((mention.author.handle or mention.author.id).encode()),
        wording,
        crc32(mention.ref_id.encode()) if mention.ref_id else 0,
        marks,
        round(score.sentiment.p_positive * 1000),
        round(score.signals.attack_logit * 100),
        mention.lang,
    )


def marks_of(score: Score, *, repost: bool, addressed: bool) -> int:
    """What is noted of a post beside how much it attacks.

    ``addressed``: it speaks to one of the brand's own handles.
    """
    p_negative, p_neutral, p_positive = score.sentiment.probabilities
    cues = score.signals.cues
    marks = REPOST if repost else 0
    if addressed:
        marks |= ADDRESSED
    if cues & ACCUSING_CUES:
        marks |= ACCUSING
    if cues & _SAD:
        marks |= SAD
    if cues & _COMPLAINT:
        marks |= COMPLAINT
    if p_negative >= p_neutral and p_negative >= p_positive:
        marks |= NEGATIVE
    elif p_positive > p_neutral:
        marks |= POSITIVE
    if p_positive > GLAD_FROM:
        marks |= GLAD
    return marks


class Root(Struct, array_like=True):
    """A post that is passed on or answered.

    ``slots``: reposts of the last hour. ``attack``: as in ``LeadingPost``. ``own``: the brand
    itself said it.
    """

    reposts: int = 0
    answers: int = 0
    last_s: int = 0
    slots: list[int] = field(default_factory=lambda: [0] * SLOTS)
    critical: bool = False
    attack: int = 0
    own: bool = False

    @property
    def last_hour(self) -> int:
        """Reposts of the last hour, to ten minutes."""
        return sum(self.slots)

    def come_to(self, now_s: int) -> None:
        """Forget the reposts that are older than an hour."""
        passed = min(now_s // SLOT_S - self.last_s // SLOT_S, SLOTS)
        if passed > 0:
            self.slots = [0] * passed + self.slots[: SLOTS - passed]
        self.last_s = max(now_s, self.last_s)


class AttackMoments(Struct, array_like=True):
    """Decayed moments of the logits of attack in one language."""

    texts: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    at_s: int = 0


class VoiceMemory(Struct, array_like=True):
    """What has to be remembered of a brand to tell voices from echoes, in bounded room.

    ``roots``: posts that are passed on or answered, by fingerprint, the newest last. ``usual``: by
    language.
    """

    roots: dict[int, Root] = field(default_factory=dict)
    usual: dict[str, AttackMoments] = field(default_factory=dict)

    def close(
        self, start_s: int, said: Sequence[Voice], authors: Memory, wordings: Memory
    ) -> Voices | None:
        """The voices of the bucket that begins at ``start_s``; buckets come in order of time.

        ``authors`` and ``wordings`` count what each has said, and learn it.
        """
        if not said:
            return None
        sums = [0.0] * len(FIELDS)
        touched: dict[int, Root] = {}
        for one in sorted(said, key=_in_order):
            root = self._root(one, start_s) if one.root else None
            if root is not None:
                touched[one.root] = root
            far = self._attack(one, start_s)
            if one.marks & REPOST:
                attack = _beyond(far, ATTACK_FROM, ATTACK_WIDTH)
                _repost(sums, one.marks, attack, root)
                if root is not None:
                    root.attack = round(max(far, 0.0) * 1000)
            else:
                worth = 1.0 / (1 + authors.count(one.author))
                if one.wording:
                    worth /= 1 + wordings.count(one.wording)
                _text(sums, one, far, worth, root)
        alive = [(post, root) for post, root in touched.items() if not root.own]
        self._forget(start_s)
        return Voices(
            **{name: round(value * 1000) for name, value in zip(FIELDS, sums, strict=True)},
            cascade=max((root.last_hour for _, root in alive), default=0),
            critical_cascade=max((root.last_hour for _, root in alive if root.critical), default=0),
            leading=_leading(alive),
        )

    def _root(self, one: Voice, now_s: int) -> Root:
        root = self.roots.pop(one.root, None) or Root(last_s=now_s)
        self.roots[one.root] = root  # the newest come last
        root.come_to(now_s)
        return root

    def _forget(self, now_s: int) -> None:
        roots = self.roots
        while roots:
            oldest = next(iter(roots))
            if len(roots) <= MOST_ROOTS and roots[oldest].last_s >= now_s - ROOT_S:
                return
            del roots[oldest]

    def _attack(self, one: Voice, now_s: int) -> float:
        """How far above usual the logit of attack lies, in deviations; reposts teach nothing."""
        lang, total, squares = _PRIORS.get(one.lang, _ANY_PRIOR)
        known = self.usual.get(lang)
        if known is None:
            known = self.usual[lang] = AttackMoments(at_s=now_s)
        worth = NORMAL_WORTH + known.texts
        middle = (total + known.total) / worth
        variance = (squares + known.squares) / worth - middle**2
        spread = sqrt(variance) if variance > 0.0 else 0.0
        spread = max(spread, LEAST_DEVIATION)
        far = (one.attack / 100 - middle) / spread
        if not one.marks & (REPOST | ALLY):
            if now_s > known.at_s:
                keep = 0.5 ** ((now_s - known.at_s) / NORMAL_HALF_LIFE_S)
                known.texts *= keep
                known.total *= keep
                known.squares *= keep
            tamed = middle + spread * (
                far if -NORMAL_MOST < far < NORMAL_MOST else copysign(NORMAL_MOST, far)
            )
            known.texts += 1.0
            known.total += tamed
            known.squares += tamed**2
            known.at_s = now_s
        return far


def _beyond(far: float, middle: float, width: float) -> float:
    """How much a text attacks, 0 to 1: half where it does by ``middle`` deviations."""
    against = -(far - middle) / width
    return 1.0 / (1.0 + exp(against if -_SURE < against < _SURE else copysign(_SURE, against)))


def _leading(roots: Sequence[tuple[int, Root]]) -> tuple[LeadingPost, ...]:
    passed_on = ((root.last_hour, post, root.attack) for post, root in roots)
    first = sorted((one for one in passed_on if one[0] >= LEADING_REPOSTS), reverse=True)
    return tuple(
        LeadingPost(post=post, reposts=reposts, attack=attack)
        for reposts, post, attack in first[:LEADING]
    )


def _hostile(marks: int, attack: float) -> float:
    """How hostile a post is, 0 to ``HOSTILE_MOST``."""
    hostile = HOSTILE_ATTACK * attack
    if marks & NEGATIVE:
        hostile += HOSTILE_NEGATIVE
    if marks & GLAD:
        hostile += HOSTILE_POSITIVE
    return min(max(hostile, 0.0), HOSTILE_MOST)


def _repost(sums: list[float], marks: int, attack: float, root: Root | None) -> None:
    worth = 1.0
    if root is not None:
        worth = 1.0 / (1.0 + root.reposts / REPOSTS_A_VOICE)
        root.reposts += 1
        root.slots[0] += 1
        root.own = root.own or bool(marks & ADDRESSED)
        if marks & (NEGATIVE | ACCUSING) or attack > ATTACKS:
            root.critical = True
    sums[_REPOSTS] += worth
    sums[_REPOSTS + 1] += worth if marks & NEGATIVE else 0.0
    sums[_REPOSTS + 2] += worth * attack
    sums[_RIVAL] += worth if marks & RIVAL else 0.0
    sums[_HOSTILE] += worth * _hostile(marks, attack)


def _text(sums: list[float], one: Voice, far: float, worth: float, root: Root | None) -> None:
    """Count a text that attacks by ``far`` deviations more than usual."""
    marks = one.marks
    attack = _beyond(far, ATTACK_FROM, ATTACK_WIDTH)
    if root is not None:
        worth /= 1.0 + root.answers / ANSWERS_A_VOICE
        root.answers += 1
    sums[0] += worth
    for place in _PLACES[marks]:
        sums[place] += worth
    sums[_P_POSITIVE] += worth * one.p_positive / 1000
    sums[_ATTACKING] += worth * attack
    sums[_FIERCE] += worth * _beyond(far, FIERCE_FROM, FIERCE_WIDTH)
    sums[_HOSTILE] += worth * _hostile(marks, attack)
