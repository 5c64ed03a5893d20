"""What an episode looks like right now: features that do not depend on how large the brand is.

Shares are those of the *excess*, what came on top of the brand's usual mentions, and are compared
with the brand's own baseline as a difference of log-odds. A prior of a few ordinary mentions and a
standard deviation from the counts stand by every figure: three angry posts of four say nothing.
"""

from collections.abc import Mapping
from math import exp, log, log2, log10, sqrt
from typing import Final, NamedTuple

from pipeline.detection.baseline.brand_baseline import BrandBaseline, logit
from pipeline.detection.window.counts import INDEX, MENTIONS, SHARES
from pipeline.detection.window.recent import Block
from pipeline.detection.window.top_k import CARRIERS, CONCENTRATING

WORDING_MARK: Final = "wording "
"""What stands before the fingerprint of a wording in the detail of ``concentration``."""

PRIOR_MENTIONS: Final = 6.0
"""Ordinary mentions that are thought to be among the excess."""
OBSERVED: Final = 30
"""Mentions after which the absence of something is an observation."""

_MARKS: Final = {"hashtags": "#", "wordings": WORDING_MARK}

PASSED_ON: Final = 0.85
"""How much of its worth as an observation of tone a repost loses: its text was counted before."""

LEVEL_WOBBLE: Final = 0.12
TOP_WOBBLE: Final = 0.03
AGAIN_WOBBLE: Final = 0.02
"""How far what is usual may be off: the level as a part of itself, the shares of the strongest
carrier and of those who speak again as parts of all. All of this grows with the usual against the
excess: where little came on top, little is known of it."""

FEATURES: Final = (
    "surge",
    "acceleration",
    *(share.feature for share in SHARES),
    "concentration",
    "repeat_share",
    "language_spread",
)


class Feature(NamedTuple):
    """One feature: ``x`` on the scale of the library and its standard deviation ``sd``.

    ``value`` and ``usual`` are the same for people: a share, a ratio, a number. ``detail`` names
    what carries it. ``surge`` is a log10, ``acceleration`` a log2, shares are logits against the
    baseline, ``concentration``, ``repeat_share`` and ``language_spread`` lie in 0..1.
    """

    x: float
    sd: float
    value: float
    usual: float | None = None
    detail: str = ""


class View(NamedTuple):
    """What the features are taken from.

    ``window``: counts since its start, not before the onset, over ``length_s``. ``usual``:
    mentions of the window that would have come anyway. ``newer`` and ``older``: mentions of two
    adjoining stretches of equal length, the newer one ending now.
    """

    window: Block
    usual: float
    newer: int
    older: int
    length_s: int = 3600

    @property
    def excess(self) -> float:
        """Mentions beyond the usual ones."""
        return max(self.window.counts[MENTIONS] - self.usual, 0.0)


def features(view: View, baseline: BrandBaseline) -> dict[str, Feature]:
    """All features that can be told; one that the source does not carry is left out."""
    mentions = view.window.counts[MENTIONS]
    found = {"surge": _surge(mentions, view.usual), "acceleration": _acceleration(view)}
    voices = _voices(view)
    for share in SHARES:
        count = view.window.counts[INDEX[share.name]]
        if share.some_sources and count == 0 and baseline.never_seen(share.name):
            continue
        worth = 1.0 if share.of_the_poster else voices
        found[share.feature] = _share(view, count, baseline.share(share.name), worth, share.wobble)
    if baseline.knows_carriers or any(view.window.top_k.get(name) for name in CARRIERS):
        found["concentration"] = _concentration(view, baseline)
    if view.window.top_k.get("loudest"):
        found["repeat_share"] = _repeats(view, baseline)
    if (spread := _languages(view, baseline)) is not None:
        found["language_spread"] = spread
    return found


def _surge(mentions: int, usual: float) -> Feature:
    ratio = (mentions + 1.0) / (usual + 1.0)
    return Feature(log10(ratio), 1 / sqrt(mentions + 1.0) / log(10), ratio)


def _acceleration(view: View) -> Feature:
    ratio = (view.newer + 2.0) / (view.older + 2.0)
    deviation = sqrt(1 / (view.newer + 2.0) + 1 / (view.older + 2.0)) / log(2)
    return Feature(log2(ratio), deviation, ratio)


def _voices(view: View) -> float:
    """How many independent texts a mention is worth: what is passed on is one text many times."""
    again = sum(count - 1 for count in view.window.top_k.get("reposted", {}).values())
    return 1.0 - PASSED_ON * min(again / max(view.window.counts[MENTIONS], 1), 1.0)


def _share(view: View, count: int, usual_share: float, worth: float, wobble: float) -> Feature:
    """``worth``: of a mention, as an independent one, when chance is reckoned with."""
    base = view.excess + PRIOR_MENTIONS
    excess = max(count - view.usual * usual_share, 0.0) + PRIOR_MENTIONS * usual_share
    share = min(excess / base, 1.0)
    # The usual ones among the mentions are not known one by one: their scatter stays in the excess.
    # Two posts of a rare kind are less than their share says: chance is reckoned with half way
    # between what was seen and what is usual.
    between = (share + usual_share) / 2
    slope = max(between * (1 - between), 0.002)
    variance = slope * base + view.usual * usual_share * (1 - usual_share)
    # What is usual_share is not known exactly, neither how much of it nor its shares.
    unsure = (view.usual * wobble * usual_share * (1 - usual_share)) ** 2
    unsure += (LEVEL_WOBBLE * view.usual * (share - usual_share)) ** 2
    deviation = min(sqrt(variance / worth + unsure) / base / slope, 3.0)
    return Feature(logit(share) - logit(usual_share), deviation, share, usual_share)


def _concentration(view: View, baseline: BrandBaseline) -> Feature:
    """Share of the excess that one link, hashtag, reposted post or wording carries beyond usual."""
    best, detail, usual_share = 0.0, "", 0.0
    base = view.excess + PRIOR_MENTIONS
    for category in CONCENTRATING:
        for key, count in view.window.top_k.get(category, {}).items():
            usual = baseline.top_share(category, key)
            expected = view.usual * max(usual, baseline.carried.top)
            share = min(max(count - expected, 0.0) / base, 1.0) - usual
            if share > best:
                best, usual_share = share, usual
                detail = f"{_MARKS.get(category, '')}{key}"
    deviation = sqrt((best * (1 - best) + 0.05) / base + (TOP_WOBBLE * view.usual / base) ** 2)
    return Feature(best, deviation, min(best + usual_share, 1.0), usual_share, detail)


def _repeats(view: View, baseline: BrandBaseline) -> Feature:
    """Share of the excess by authors who had already spoken in the window."""
    loudest = view.window.top_k["loudest"]
    usual = view.usual * baseline.carried.again * view.length_s / 3600
    repeats = max(sum(count - 1 for count in loudest.values()) - usual, 0.0)
    base = view.excess + PRIOR_MENTIONS
    share = min(repeats / base, 1.0)
    handle = max(loudest, key=lambda key: (loudest[key], key))
    deviation = sqrt((share * (1 - share) + 0.02) / base + (AGAIN_WOBBLE * view.usual / base) ** 2)
    return Feature(share, deviation, share, None, f"@{handle}")


def _languages(view: View, baseline: BrandBaseline) -> Feature | None:
    """How far the mix of languages is from the usual one: total variation distance."""
    usual = {
        key: count for key, count in baseline.top_k.get("languages", {}).items() if key != "und"
    }
    seen = {k: n for k, n in view.window.top_k.get("languages", {}).items() if k != "und"}
    known, total = sum(usual.values()), sum(seen.values())
    if known < OBSERVED or total == 0:
        return None
    # The usual mix is added as a prior, so that a few posts do not make a new mix.
    weight = PRIOR_MENTIONS / known
    mixed = {k: seen.get(k, 0) + weight * usual.get(k, 0.0) for k in sorted({*usual, *seen})}
    whole = total + PRIOR_MENTIONS
    distance = sum(abs(n / whole - usual.get(k, 0.0) / known) for k, n in mixed.items()) / 2
    by_chance = 0.4 * sqrt((len(mixed) - 1) / whole)
    return Feature(
        max(distance - by_chance, 0.0),
        0.6 / sqrt(whole),
        _effective(mixed),
        _effective(usual),
    )


def _effective(counts: Mapping[str, float]) -> float:
    """Effective number: the exponential of the entropy."""
    total = sum(counts.values())
    return exp(-sum(n / total * log(n / total) for n in counts.values() if n > 0))
