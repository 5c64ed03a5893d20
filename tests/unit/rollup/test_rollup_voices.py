"""Posts that are passed on, as a bucket tells of them."""

from zlib import crc32

from pipeline.rollup import RollupRules
from pipeline.rollup.brand import BrandRollup
from pipeline.sentiment.api import Score, Sentiment, TextSignals
from schemas.mention import Author, Mention
from support.rolling import at, batch

ATTACKS, MILD = "They poison the river", "A new shop has opened"
GRUMBLES = "A franc more, again"
LOGITS = {ATTACKS: 3.0, GRUMBLES: -0.5}


def scores(said):
    """A model to which one of the texts attacks, and one grumbles."""
    return [
        Score(Sentiment(0.1, 0.8, 0.1), TextSignals(attack_logit=LOGITS.get(text, -3.0)))
        for text, _ in said
    ]


def reposts(of: str, times: int, text: str = MILD, by: str = "somebody") -> list[Mention]:
    return [
        Mention(
            id=f"{of}-{n}",
            created_at=at(5),
            text=text,
            kind="repost",
            ref_id=of,
            ref_author=by,
            author=Author(id=f"{of}-{n}", handle=f"{of}{n}"),
        )
        for n in range(times)
    ]


def voices_of(*mentions: Mention):
    rules = RollupRules(lateness_s=10, future_s=10**7)
    state = BrandRollup("acme", rules, own_accounts=("AcmeHelp",), handles=("Acme",))
    said = batch(*mentions, to=400)
    state.take(1, said, state.scored(said, scores), "m")
    (bucket,) = state.close({})
    return bucket.voices


def test_the_posts_that_lead_are_told_one_by_one():
    voices = voices_of(
        *reposts("1", 4), *reposts("2", 9, ATTACKS), *reposts("3", 2), *reposts("4", 5),
        *reposts("5", 3),
    )  # fmt: skip
    told = [(one.post, one.reposts) for one in voices.leading]
    assert told == [(crc32(b"2"), 9), (crc32(b"4"), 5), (crc32(b"1"), 4)]
    assert (voices.cascade, voices.critical_cascade) == (9, 9)


def test_how_far_a_post_attacks_is_told_in_deviations():
    voices = voices_of(*reposts("1", 5, ATTACKS), *reposts("2", 4))
    attacks, mild = voices.leading
    assert attacks.attack > 3000
    assert mild.attack == 0


def test_what_the_brand_itself_said_leads_nothing():
    voices = voices_of(*reposts("1", 40, by="Acme"), *reposts("2", 9, by="acmehelp"))
    assert voices.leading == ()
    assert (voices.cascade, voices.critical_cascade) == (0, 0)
    assert voices.reposts > 0


def post(text: str) -> Mention:
    return Mention(id="1", created_at=at(5), text=text, author=Author(id="1", handle="one"))


def test_what_is_a_little_above_the_usual_is_no_fierce_attack():
    grumbles, attacks = voices_of(post(GRUMBLES)), voices_of(post(ATTACKS))
    assert (grumbles.attacking > 500, grumbles.fierce < 50) == (True, True)
    assert (attacks.attacking, attacks.fierce) == (1000, 1000)
