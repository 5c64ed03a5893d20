"""Takes what people say of posts in Slack: opens the form, reads it, publishes the labels."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from agents.alerting.answers import AnswerError
from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.neutral import outside
from agents.alerting.sinks.slack.buttons import LABEL, press_of
from agents.alerting.sinks.slack.errors import SpentError
from agents.alerting.sinks.slack.label_form import Filled, View, filled, form, nothing
from agents.incidents.memory import IncidentMemory
from agents.labelling import LabelAnswer, Speaker, is_labelable, labels
from pipeline.detection.incident.transition import brand_of
from schemas.brand import Brand
from schemas.feedback import Feedback

_NAME_CHARACTERS = 60

log = logging.getLogger(__name__)

Reply = dict[str, Any]
"""What Slack is told beside the acknowledgement; empty where there is nothing to say."""


class LabelFormHandler:
    """Opens forms with ``open_view`` (trigger, view) and publishes what comes back with ``send``.

    Both have to be done within Slack's three seconds. Nothing that comes back from Slack is taken
    for the text of a post: a form names posts by their keys, and ``incidents`` knows them.
    """

    def __init__(
        self,
        *,
        brands: Mapping[str, Brand],
        incidents: IncidentMemory,
        open_view: Callable[[str, View], None],
        send: Callable[[Feedback], None],
        now: Callable[[], datetime],
    ) -> None:
        self._brands = brands
        self._incidents = incidents
        self._open_view = open_view
        self._send = send
        self._now = now

    def hear(self, payload: Mapping[str, Any]) -> Reply | None:
        """Do what ``payload`` asks for; return what Slack is told, or None if it is not for us.

        Raises:
            SlackError: the form could not be shown.
        """
        press = press_of(payload)
        action = press.of((LABEL,)) if press else None
        if press is not None and action is not None:
            brand = self._brand(action.incident)
            return self._show(press.trigger_id, action.incident, brand) if brand else None
        form_ = filled(payload)
        brand = self._brand(form_.incident) if form_ else None
        return self._keep(form_, brand) if form_ and brand else None

    def _brand(self, incident: str) -> Brand | None:
        return self._brands.get(brand_of(incident) or "")

    def _show(self, trigger: str, incident: str, brand: Brand) -> Reply:
        words = words_of(brand)
        known = self._incidents.of(incident)
        view = form(words, name_of(brand), known.newest) if known else nothing(words)
        try:
            self._open_view(trigger, view)
        except SpentError:
            log.debug("a second copy of a press on %s", incident)
        return {}

    def _keep(self, form_: Filled, brand: Brand) -> Reply:
        words = words_of(brand)
        if not form_.answers:
            return _mended(words, form_.asked[:1], "labels_empty")
        posts = {key: self._incidents.post(form_.incident, key) for key in form_.answers}
        if unknown := [key for key, post in posts.items() if not (post and is_labelable(post))]:
            return _mended(words, unknown, "labels_unknown")
        user = form_.user
        speaker = Speaker(f"slack:{user.id}", f"{outside(user.called, _NAME_CHARACTERS)} in Slack")
        answers = [
            LabelAnswer(post, *form_.answers[key])
            for key, post in posts.items()
            if post is not None
        ]
        said = labels(form_.incident, brand.id, speaker, answers, at=self._now())
        try:
            for label in said:
                self._send(label)
        except AnswerError as error:
            # Some may be with Kafka already; saved again they have the same ids and count once.
            log.error("labels by %s on %s are not kept: %s", speaker.by, form_.incident, error)  # noqa: TRY400 - says all
            return _mended(words, form_.answers, "labels_lost")
        log.info("%s labels by %s on %s", len(said), speaker.by, form_.incident)
        return {}


def _mended(words: Words, keys: Iterable[str], why: str) -> Reply:
    """Keep the form open, and say below these posts what is wrong."""
    return {"response_action": "errors", "errors": dict.fromkeys(keys, words.texts[why])}
