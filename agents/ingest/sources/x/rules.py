"""Makes the rules of X's filtered stream those of the brands: adds what lacks, deletes the rest."""

import logging
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import tweepy

from agents.ingest.source import SourceRefusedError
from pipeline.brands import Rule

log = logging.getLogger(__name__)

_PER_REQUEST = 100


class RuleClient(Protocol):
    """What is used of ``tweepy.StreamingClient``."""

    def get_rules(self) -> tweepy.Response:
        """Return the active rules."""
        ...

    def add_rules(self, add: list[tweepy.StreamRule]) -> tweepy.Response:
        """Add rules."""
        ...

    def delete_rules(self, ids: list[str]) -> tweepy.Response:
        """Delete rules by id."""
        ...


class Changes(NamedTuple):
    """What has to be done to rules."""

    add: list[Rule]
    delete_ids: list[str]


def changes(wanted: Iterable[Rule], active: Iterable[tweepy.StreamRule]) -> Changes:
    """Compare by value and tag. A rule that stands twice is deleted once."""
    lacking = dict.fromkeys(wanted)
    delete_ids = []
    for rule in active:
        known = Rule(rule.value, rule.tag or "")
        if known in lacking:
            del lacking[known]
        else:
            delete_ids.append(rule.id)
    return Changes(list(lacking), delete_ids)


def sync_rules(client: RuleClient, wanted: Sequence[Rule]) -> Changes:
    """Make the active rules the wanted ones; return what was changed.

    New rules are added before old ones go, so that no moment is without. Rules that others added
    to the same project are deleted too: the project has one stream, and it is ours.
    Raises ``SourceRefusedError`` with everything X says about rules that it does not take, and
    whatever tweepy and requests raise.
    """
    todo = changes(wanted, client.get_rules().data or ())
    for start in range(0, len(todo.add), _PER_REQUEST):
        rules = [tweepy.StreamRule(*rule) for rule in todo.add[start : start + _PER_REQUEST]]
        _check(client.add_rules(rules))
    for start in range(0, len(todo.delete_ids), _PER_REQUEST):
        _check(client.delete_rules(todo.delete_ids[start : start + _PER_REQUEST]))
    log.info("X rules: %d added, %d deleted", len(todo.add), len(todo.delete_ids))
    return todo


def _check(answer: tweepy.Response) -> None:
    if not answer.errors:
        return
    told = [
        " ".join(
            str(part)
            for part in (
                error.get("title"),
                error.get("value"),
                error.get("detail"),
                error.get("details"),
            )
            if part
        )
        for error in answer.errors
    ]
    raise SourceRefusedError("X does not take these rules:\n" + "\n".join(told))
