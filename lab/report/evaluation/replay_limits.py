"""What crisis replays cannot show, in sentences; docs/adr/0008 says it at length."""

from collections.abc import Iterator

from lab.report.voice import ReportVoice
from schemas.replays import ReplayPart


def replay_limits(part: ReplayPart, voice: ReportVoice) -> Iterator[str]:
    """Sentences, the weightiest first."""
    if part.shapes == "development":
        yield voice.say(
            "Anything about crises that are new to Tocsin: these replays are of the half that "
            "tuning may see. Run them with --shapes held-out."
        )
    yield voice.say(
        "How Tocsin does on real crises. The replays are made up: shapes, voices and sizes were "
        "composed from knowledge of such episodes and not fitted to data, and how large a storm is "
        "for its brand is an assumption. Two of these (how large, how fast Nestlé's begins) were "
        "changed after runs on the development half, both so that detecting became easier."
    )
    yield voice.say(
        "What the outside world does to everyday talk in the replays: no elections, no "
        "competitors, no outage of the platform."
    )
    yield voice.say(
        "What the sentiment model does to a subject. Texts do not exist in the replays, and its "
        "errors are drawn text by text; a real model errs on a subject, and then on all of it."
    )
    yield voice.say(
        "What others would call a crisis. One author decided; a hostile flood by a few accounts, "
        "mourning and an outage handled well count as harmless."
    )
    yield voice.say(
        "The share of right rings in life: crises are about as many as harmless episodes in the "
        "replays, and far fewer in life. The rate of false alarms on quiet quarters is the figure "
        "to plan with."
    )
    yield voice.say(
        "How early those are that ring often. A ring by chance within a crisis, or in the ten "
        "minutes before it, counts as right, so their share of crises and their delays flatter "
        "them; their false alarms tell how much."
    )
    yield voice.say(
        "What the other detectors could do with tone: but for the rule of thumb they see only "
        "counts, and harmless episodes are as loud as crises."
    )
