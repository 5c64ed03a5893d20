"""What a locked phone shows: the reason and the figures, of the alert and of each step."""

import pytest

from agents.alerting.message.compose import message_of, update_of
from agents.alerting.policy import snapshot
from agents.alerting.sinks.slack import blocks
from schemas.brand import Brand
from schemas.incident import Transition
from support.alert_examples import BRAND, MARQUE, rung, transition

REPLIED = transition(seq=1, state="escalating", reason="wave_after_reply", severity=9)
OVER = transition(seq=2, state="resolved", reason="false_alarm", by="Ana")


@pytest.mark.parametrize(
    ("brand", "figures", "reason"),
    [
        (BRAND, "1,240 mentions in the last hour, usually 40", "are rare for this brand"),
        (MARQUE, "1 240 mentions en une heure (40 d’habitude)", "sont rares pour cette marque"),
    ],
)
def test_the_alert_gives_figures_and_reason(brand: Brand, figures: str, reason: str) -> None:
    text, _ = blocks.message(message_of(rung(), brand))
    text = " ".join(text.split())
    assert text.index(figures) < text.index(reason)


@pytest.mark.parametrize(
    ("brand", "told", "reason", "figures"),
    [
        (BRAND, REPLIED, "A new wave followed a post by the brand’s own", "1,240 mentions"),
        (MARQUE, REPLIED, "Une nouvelle vague a suivi un message", "1 240 mentions"),
        (BRAND, OVER, "Marked as a false alarm by Ana", "1,240 mentions"),
    ],
)
def test_a_step_gives_its_reason_and_the_figures(
    brand: Brand, told: Transition, reason: str, figures: str
) -> None:
    text, _ = blocks.reply(update_of(told, brand, snapshot(transition())))
    text = " ".join(text.split())
    assert text.index(reason) < text.index(figures)
    assert ".." not in text
