"""Which rules of X's filtered stream are ours, and how they become those of the brands.

A project has one stream, which others may use, too. A rule is ours if its tag begins with the
owner's name (``agents.ingest.sources.x.tags``). Whatever else stands there belongs to others and
is never touched.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, NamedTuple, Protocol, TypeVar

import requests
import tweepy

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import RebasedSession, ended_by, user_agent
from agents.ingest.sources.x.connection import Ended
from agents.ingest.sources.x.tags import brands_in, tag_for, weight_of
from pipeline.brands import Rule
from pipeline.brands.x_rules import RULES_LIMIT
from pipeline.phrase import Phrase

PER_REQUEST: Final = 100
"""Rules that one request adds or deletes."""

_NO_REPOSTS: Final = " -is:retweet"
SAVING_ROOM: Final = len(f"{_NO_REPOSTS} sample:50")
"""Characters of a rule that saving money may need."""

_TIMEOUT_S = 21.0

Item = TypeVar("Item")


class RulesRefusedError(ValueError):
    """X does not take a rule, or has no room for it; the message says all that X says."""


class StandingRule(NamedTuple):
    """A rule as it stands at X."""

    id: str
    value: str
    tag: str = ""


class RuleRequest(NamedTuple):
    """One request: rules to add, or standing ones to delete."""

    verb: Literal["add", "delete"]
    add: tuple[Rule, ...] = ()
    delete: tuple[StandingRule, ...] = ()


class RulePlan(NamedTuple):
    """What stands between the rules at X and those of the brands.

    ``kept`` are ours and right. ``retag`` are right but for their tag: the standing rule and the
    one it becomes. ``shared`` are rules of others that deliver what one of ours would; X takes no
    second rule of the same value. ``others`` counts all rules of others.
    """

    kept: tuple[StandingRule, ...]
    add: tuple[Rule, ...]
    delete: tuple[StandingRule, ...]
    retag: tuple[tuple[StandingRule, Rule], ...]
    shared: tuple[StandingRule, ...]
    others: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.add or self.delete or self.retag)

    @property
    def lacks(self) -> int:
        """How many rules are not there that would have to deliver."""
        return len(self.add)

    @property
    def before(self) -> int:
        """How many rules stand now, those of others too."""
        return len(self.kept) + len(self.delete) + len(self.retag) + self.others

    @property
    def after(self) -> int:
        """How many rules stand once it is carried out."""
        return self.before + len(self.add) - len(self.delete)


def owned(
    rules: Iterable[Rule], owner: str, *, percent: int = 100, reposts: bool = True
) -> list[Rule]:
    """Return the rules as they are to stand at X: each value once, tagged with all its brands.

    With ``percent`` X delivers so many of a hundred posts, and without ``reposts`` none of those.

    >>> owned([Rule("Acme", "a"), Rule("Acme", "b")], "tocsin")
    [Rule(value='Acme', tag='tocsin:a,b')]
    >>> owned([Rule("Acme", "a")], "tocsin", percent=10, reposts=False)
    [Rule(value='Acme -is:retweet sample:10', tag='tocsin:10%:a')]
    """
    also = "" if reposts else _NO_REPOSTS
    if percent < 100:  # noqa: PLR2004 - all of a hundred
        also += f" sample:{percent}"
    brands: dict[str, dict[str, None]] = {}
    for rule in rules:
        brands.setdefault(rule.value, {})[rule.tag] = None
    return [Rule(value + also, tag_for(owner, tags, percent)) for value, tags in brands.items()]


def standing_share(active: Iterable[StandingRule], owner: str) -> tuple[int, bool]:
    """Return how many of a hundred posts rules of ours deliver now, and whether reposts, too.

    An agent that saves money has put them there; whoever compares should ask for the same.

    >>> standing_share([StandingRule("1", "Acme -is:retweet sample:1", "tocsin:1%:a")], "tocsin")
    (1, False)
    """
    ours = [one for one in active if brands_in(one.tag, owner)]
    percent = round(100 / weight_of((one.tag for one in ours), owner))
    return percent, not any(_NO_REPOSTS in one.value for one in ours)


def plan(wanted: Iterable[Rule], active: Iterable[StandingRule], *, owner: str) -> RulePlan:
    """Compare the rules that ``owned`` made with those that stand at X.

    >>> standing = StandingRule("1", "Acme", "tocsin:old")
    >>> plan([Rule("Acme", "tocsin:a")], [standing], owner="tocsin").retag
    ((StandingRule(id='1', value='Acme', tag='tocsin:old'), Rule(value='Acme', tag='tocsin:a')),)
    """
    lacking = {rule.value: rule for rule in wanted}
    ours: list[StandingRule] = []
    others: list[StandingRule] = []
    for standing in active:
        (ours if standing.tag.startswith(f"{owner}:") else others).append(standing)
    kept, delete, retag = [], [], []
    for standing in ours:
        rule = lacking.pop(standing.value, None)
        if rule is None:
            delete.append(standing)
        elif rule.tag == standing.tag:
            kept.append(standing)
        else:
            retag.append((standing, rule))
    shared = [standing for standing in others if lacking.pop(standing.value, None) is not None]
    return RulePlan(
        tuple(kept), tuple(lacking.values()), tuple(delete), tuple(retag), tuple(shared),
        len(others),
    )  # fmt: skip


def removal(active: Iterable[StandingRule], *, owner: str) -> RulePlan:
    """Return the plan that takes all rules of ``owner`` away."""
    return plan((), active, owner=owner)


def steps(todo: RulePlan, *, cap: int = RULES_LIMIT) -> list[RuleRequest]:
    """Return the requests that carry out a plan, in an order that always has room.

    New rules are added before old ones go, so that no moment is without, unless there is no room
    for both. A rule cannot be changed: one that gets another tag is deleted and added at once.
    Raises ``RulesRefusedError`` where there is no room even so.
    """
    if todo.after > cap:
        raise RulesRefusedError(
            Phrase(
                "the brands make {what} rules, X takes {cap}, and {others} rules of others "
                "stand there",
                what=todo.after - todo.others,
                cap=cap,
                others=todo.others,
            )
        )
    found = []
    for some in _parts(todo.retag):
        found.append(RuleRequest("delete", delete=tuple(standing for standing, _ in some)))
        found.append(RuleRequest("add", add=tuple(rule for _, rule in some)))
    adding = [RuleRequest("add", add=some) for some in _parts(todo.add)]
    deleting = [RuleRequest("delete", delete=some) for some in _parts(todo.delete)]
    has_room = todo.before + len(todo.add) <= cap
    return found + (adding + deleting if has_room else deleting + adding)


def _parts(rules: Sequence[Item]) -> list[tuple[Item, ...]]:
    return [
        tuple(rules[start : start + PER_REQUEST]) for start in range(0, len(rules), PER_REQUEST)
    ]


class RuleBook(Protocol):
    """The rules as they stand at X."""

    def read(self) -> list[StandingRule]:
        """Return them."""
        ...

    def carry_out(self, step: RuleRequest, *, dry_run: bool = False) -> None:
        """Add or delete some. Raises ``RulesRefusedError`` with all that X says about them."""
        ...


class XRuleBook:
    """The rules of the project to which the token belongs.

    Every method raises ``RequestError`` where X does not do what it is asked for.
    """

    def __init__(self, bearer_token: str, base_url: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._client = tweepy.StreamingClient(bearer_token)
        self._client.session = RebasedSession(base_url, timeout_s)
        self._client.user_agent = user_agent()

    def read(self) -> list[StandingRule]:
        """Return all rules, those of others too."""
        answer = _asked(self._client.get_rules)
        return [
            StandingRule(str(rule.id), rule.value or "", rule.tag or "")
            for rule in answer.data or ()
        ]

    def carry_out(self, step: RuleRequest, *, dry_run: bool = False) -> None:
        """Add or delete some; with ``dry_run`` X only says whether it would."""
        also = {"dry_run": "true"} if dry_run else {}
        if step.verb == "add":
            rules = [tweepy.StreamRule(*rule) for rule in step.add]
            answer = _asked(lambda: self._client.add_rules(rules, **also))
        else:
            ids = [standing.id for standing in step.delete]
            answer = _asked(lambda: self._client.delete_rules(ids, **also))
        if answer.errors:
            raise RulesRefusedError(
                Phrase("X does not take these rules:\n{faults}", faults=_told(answer.errors))
            )


class RequestError(RuntimeError):
    """X did not answer, or not with what was asked for; ``ended`` says what that means."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(f"rules: {ended.short} {ended.detail}")
        self.ended = ended._replace(detail=shown(f"rules: {ended.detail}"))


def _asked(request: Callable[[], tweepy.Response]) -> tweepy.Response:
    try:
        return request()
    except tweepy.HTTPException as error:
        raise RequestError(ended_by(error.response)) from error
    except (requests.RequestException, OSError) as error:
        raise RequestError(Ended("network", shown(f"{type(error).__name__}: {error}"))) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # what tweepy trips over
        what = f"an answer that makes no sense ({type(error).__name__})"
        raise RequestError(Ended("http", what)) from error


def _told(errors: Iterable[dict[str, object]]) -> str:
    parts = ("title", "value", "detail", "details")
    return "\n".join(
        " ".join(str(error[part]) for part in parts if error.get(part)) for error in errors
    )
