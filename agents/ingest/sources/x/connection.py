"""When to connect to X, and when to give up: a pure state machine. The clock is handed in.

Source: X API v2, handling disconnections (2026): at once after an established connection drops;
TCP errors +250 ms up to 16 s; HTTP errors 5 s doubling to 320 s; 429 60 s doubling; at most 50
connects within 15 minutes. ``agents.ingest.sources.x.reader`` does what this module decides::

    down ──Due──► connecting ──Opened──► open
     ▲                │                    │
     └─────Ended──────┴────────Ended───────┘
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

WINDOW_S: Final = 15 * 60.0
"""Time over which X counts connects."""

CONNECTS_LIMIT: Final = 50
"""Connects that X allows within ``WINDOW_S``."""

_SCARCE = 5
"""Connects left by X's own count below which they are spread over the time that is left."""

Kind = Literal[
    "dropped",  # an established connection ended
    "silent",  # an established connection said nothing, not even that it is alive
    "network",  # no answer came
    "http",  # an answer that says to come back later, or that makes no sense
    "limited",  # too many requests
    "occupied",  # another connection holds the place of this one
    "refused",  # the token or the project is not accepted
    "unpaid",  # the account has no money or posts left
    "spent",  # our own budget is spent
    "saving",  # we ended it, to ask for less or for more
    "rules",  # the rules are not in place
]
"""How a connection, or the attempt at one, came to an end."""


class ConnectBudget(NamedTuple):
    """Connects that are left by X's own count, and when that count begins anew (UNIX time)."""

    remaining: int
    reset_s: float


class WaitOver(NamedTuple):
    """The time that was waited for has come; ``connects_s`` are the latest connects (UNIX time)."""

    connects_s: Sequence[float] = ()


class ConnectionAccepted(NamedTuple):
    """X accepted the connection."""

    budget: ConnectBudget | None = None


class Ended(NamedTuple):
    """The connection, or the attempt at one, ended. ``detail`` is for people."""

    kind: Kind
    detail: str = ""
    status: int = 0
    budget: ConnectBudget | None = None

    @property
    def short(self) -> str:
        """The ending in a few fixed words.

        >>> Ended("http", "Service Unavailable", 503).short
        'http 503'
        """
        return f"{self.kind} {self.status or ''}".rstrip()


Event = WaitOver | ConnectionAccepted | Ended


class Connect(NamedTuple):
    """Connect now."""


class Wait(NamedTuple):
    """Hand in ``WaitOver`` at this time (UNIX time)."""

    until_s: float


class Listen(NamedTuple):
    """Stay connected."""


Action = Connect | Wait | Listen


class Policy(NamedTuple):
    """How long to wait for what, in seconds.

    Connects come from a bucket that holds ``burst`` and gets one every ``refill_s``: no more than
    ``burst + 900 / refill_s`` (46) within any 15 minutes, and a stream that flaps is never away
    for longer than ``refill_s``. The rest of the 50 is left for other programs of the project.
    """

    tcp_step_s: float = 0.25
    tcp_most_s: float = 16.0
    http_first_s: float = 5.0
    http_most_s: float = 320.0
    limited_first_s: float = 60.0
    limited_most_s: float = 900.0
    occupied_s: float = 60.0
    refused_s: float = 30.0
    refused_tries: int = 3
    hopeless_s: float = 900.0
    unpaid_s: float = 300.0
    spent_s: float = 60.0
    rules_s: float = 60.0
    steady_s: float = 20.0
    burst: int = 10
    refill_s: float = 25.0


DEFAULT: Final = Policy()


class State(NamedTuple):
    """Where a connection is.

    ``since_s`` is when its phase began and ``due_s`` when to connect again. ``kind`` and ``row``
    say how the last attempts ended, and how many in a row ended so. ``is_hopeless`` is set once
    only a person can help; attempts then go on at long intervals.
    """

    phase: Literal["down", "connecting", "open"] = "down"
    since_s: float = 0.0
    due_s: float = 0.0
    kind: Kind | None = None
    row: int = 0
    is_hopeless: bool = False
    budget: ConnectBudget | None = None


def step(
    state: State, event: Event, now_s: float, policy: Policy = DEFAULT
) -> tuple[State, Action]:
    """Return the state after ``event``, and what to do.

    >>> state, todo = step(State(), WaitOver(), 0.0)
    >>> todo
    Connect()
    >>> state, todo = step(state, Ended("http", status=503), 1.0)
    >>> todo
    Wait(until_s=6.0)
    >>> state, _ = step(state, WaitOver(), 6.0)
    >>> state, _ = step(state, ConnectionAccepted(), 6.5)
    >>> state, todo = step(state, Ended("dropped"), 3600.0)
    >>> todo
    Wait(until_s=3600.0)
    """
    match event:
        case WaitOver(connects_s):
            at_s = max(state.due_s, _free_at_s(connects_s, state.budget, now_s, policy))
            if at_s > now_s:
                return state._replace(due_s=at_s), Wait(at_s)
            return state._replace(phase="connecting", since_s=now_s), Connect()
        case ConnectionAccepted(budget):
            return State(
                "open", now_s, kind=state.kind, row=state.row, budget=budget or state.budget
            ), Listen()
        case Ended():
            return _ended(state, event, now_s, policy)


def _ended(state: State, ended: Ended, now_s: float, policy: Policy) -> tuple[State, Action]:
    was_steady = state.phase == "open" and now_s - state.since_s >= policy.steady_s
    row = 1 if was_steady or ended.kind != state.kind else state.row + 1
    is_hopeless = ended.kind in {"unpaid", "spent"} or (
        ended.kind == "refused" and row >= policy.refused_tries
    )
    if ended.kind == "saving" or (was_steady and ended.kind in {"dropped", "silent"}):
        delay_s = 0.0
    else:
        delay_s = _delay_s(ended, row, now_s, policy, is_hopeless=is_hopeless)
    due_s = now_s + delay_s
    budget = ended.budget or state.budget
    return State("down", now_s, due_s, ended.kind, row, is_hopeless, budget), Wait(due_s)


def _delay_s(ended: Ended, row: int, now_s: float, policy: Policy, *, is_hopeless: bool) -> float:
    fixed_s: dict[Kind, float] = {
        "occupied": policy.occupied_s,
        "refused": policy.hopeless_s if is_hopeless else policy.refused_s,
        "unpaid": policy.unpaid_s,
        "spent": policy.spent_s,
        "rules": policy.rules_s,
    }
    if ended.kind in fixed_s:
        return fixed_s[ended.kind]
    if ended.kind == "http":
        return _doubled(policy.http_first_s, row, policy.http_most_s)
    if ended.kind == "limited":
        left_s = ended.budget.reset_s - now_s if ended.budget else 0.0
        if ended.budget and ended.budget.remaining <= 0 and left_s > 0:
            return min(left_s, WINDOW_S)  # X says itself when it counts anew
        return _doubled(policy.limited_first_s, row, policy.limited_most_s)
    return min(policy.tcp_step_s * row, policy.tcp_most_s)


def _doubled(first_s: float, row: int, most_s: float) -> float:
    return most_s if row > 20 else min(first_s * 2.0 ** (row - 1), most_s)  # noqa: PLR2004


def _free_at_s(
    connects_s: Sequence[float], budget: ConnectBudget | None, now_s: float, policy: Policy
) -> float:
    """When the next connect leaves enough for those after it: by our own count, and by X's."""
    free_s = now_s
    latest = sorted(connects_s)
    for number, at_s in enumerate(reversed(latest), start=1):
        # One more than ``number`` connects, the first of them then: as many as a bucket gives.
        free_s = max(free_s, at_s + (number + 1 - policy.burst) * policy.refill_s)
    if budget and latest and now_s < budget.reset_s <= now_s + WINDOW_S:
        if budget.remaining <= 0:
            return max(free_s, budget.reset_s)
        if budget.remaining < _SCARCE:
            spread_s = (budget.reset_s - latest[-1]) / (budget.remaining + 1)
            free_s = max(free_s, latest[-1] + spread_s)
    return free_s
