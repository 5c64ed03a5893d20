"""Which of several hosts to ask next, and when. Pure: chance and clock are handed in."""

from typing import Final, NamedTuple


class Policy(NamedTuple):
    """How long to wait, in seconds.

    A connection that stood for ``steady_s`` and drops is made again at the same host within
    ``again_s``. One that fails is followed by the next host, after ``first_s``, which doubles with
    each round over all hosts up to ``most_s``. Half of each wait is chance, so that not all readers
    come back at once.
    """

    steady_s: float = 20.0
    again_s: float = 1.0
    first_s: float = 1.0
    most_s: float = 60.0


DEFAULT: Final = Policy()


class State(NamedTuple):
    """Number of the ``host`` to ask, and how many attempts in a ``row`` have failed."""

    host: int = 0
    row: int = 0


def after(
    state: State, stood_s: float, *, hosts: int, chance: float, policy: Policy = DEFAULT
) -> tuple[State, float]:
    """Return the state after a connection ended that ``stood_s``, and how many seconds to wait.

    ``chance`` is uniform from 0 to 1.

    >>> after(State(1), 3600.0, hosts=2, chance=0.5)
    (State(host=1, row=0), 0.5)
    >>> state, waits_s = State(), []
    >>> for _ in range(5):
    ...     state, wait_s = after(state, 0.0, hosts=2, chance=1.0)
    ...     waits_s.append((state.host, wait_s))
    >>> waits_s
    [(1, 1.0), (0, 1.0), (1, 2.0), (0, 2.0), (1, 4.0)]
    """
    if stood_s >= policy.steady_s:
        return State(state.host), policy.again_s * chance
    wait_s = min(policy.first_s * 2.0 ** min(state.row // hosts, 30), policy.most_s)
    return State((state.host + 1) % hosts, state.row + 1), wait_s * (1 + chance) / 2
