"""Who is told of what: the tree, hours across summer time, every fault of a file, budgets."""

from datetime import UTC, datetime

import pytest

from agents.alerting.routing.budget import budgets
from agents.alerting.routing.hours import RouteHours
from agents.alerting.routing.load import RouteFaultsError, inspect_routes, load_routes
from agents.alerting.routing.model import Routes
from agents.alerting.routing.team import Team
from agents.alerting.routing.tree import deliveries
from schemas.brand import Brand
from schemas.incident import Drivers, Transition
from support.alert_examples import heads_up, transition

NIGHT = datetime(2026, 11, 29, 2, tzinfo=UTC)  # 03:00 in Paris
DAY = datetime(2026, 11, 30, 9, tzinfo=UTC)

RECEIVERS = """
receivers:
  - {name: comms, slack: {ping: {moderate: here, severe: [S0COMMS, U0ANA]}}}
  - {name: night, slack: {channel: "#night"}}
  - {name: desk, webhook: {url: "https://desk.acme.example/", secret_from: DESK_SECRET}}
  - {name: lead, apprise: {url_from: LEAD_URL}}
  - {name: head, apprise: {url_from: HEAD_URL}}
hours:
  night: {from: "22:00", to: "07:00", zone: Europe/Paris}
  office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00", zone: Europe/Paris}
"""


def routes(text: str) -> Routes:
    return load_routes(RECEIVERS + text, "routes.yaml")


def told(found: Routes, one: Transition, now: datetime = DAY) -> list[str]:
    return [each.receiver for each in deliveries(found, one, now)]


def test_the_first_route_that_fits_takes_it_and_the_root_takes_the_rest() -> None:
    found = routes("""
route:
  receivers: [comms]
  routes:
    - {match: {severity_from: 9}, receivers: [head]}
    - {match: {brand: "nes*", severity_from: 7}, receivers: [desk]}
    - {match: {severity_from: 7}, receivers: [night]}
""")
    assert told(found, transition(severity=10)) == ["head"]
    assert told(found, transition(severity=8)) == ["desk"]
    assert told(found, transition(severity=8, brand="other")) == ["night"]
    assert told(found, transition(severity=6)) == ["comms"]


def test_a_route_that_continues_lets_the_next_ones_be_asked() -> None:
    found = routes("""
route:
  receivers: [comms]
  routes:
    - {match: {level: ring}, receivers: [desk], continue: true}
    - {match: {pattern: "nestle-*"}, receivers: [desk, night]}
""")
    assert told(found, transition()) == ["desk", "night"], "and nobody is told twice"
    assert told(found, transition(pattern="other")) == ["desk"]
    assert told(found, heads_up(pattern="other")) == ["comms"]


def test_a_route_has_from_the_one_above_what_it_does_not_say() -> None:
    found = routes("""
route:
  receivers: [comms]
  group_wait: 30s
  repeat: 20m
  escalate: [{after: 10m, receivers: [lead], ping: U0LEAD}]
  routes:
    - match: {severity_from: 7}
      routes: [{match: {language: [fr]}, receivers: [night], repeat: 5m}]
""")
    french = Drivers(languages=(("fr", 9), ("en", 2)))
    first, second = deliveries(found, transition(drivers=french), DAY)
    assert (first.receiver, first.after_s, first.first, first.repeat_s) == ("night", 30, True, 300)
    assert (second.receiver, second.after_s, second.first) == ("lead", 600, False)
    assert second.pings == ("U0LEAD",)
    assert len(first.why) == 3
    assert "language fr" in first.why[2]
    assert told(found, transition()) == ["comms", "lead"]


def test_nobody_is_called_next_of_a_heads_up() -> None:
    found = routes("route: {receivers: [comms], escalate: [{after: 10m, receivers: [lead]}]}")
    assert told(found, heads_up()) == ["comms"]


def test_hours_lead_elsewhere() -> None:
    found = routes("""
route:
  receivers: [comms]
  routes:
    - {hours: [night], receivers: [night]}
    - {outside: [office], receivers: [desk]}
""")
    assert told(found, transition(), NIGHT) == ["night"]
    assert told(found, transition(), DAY) == ["comms"]
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert told(found, transition(), sunday) == ["desk"]


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-28T21:30+01:00", False),
        ("2026-03-28T22:00+01:00", True),
        ("2026-03-29T01:59+01:00", True),
        ("2026-03-29T03:00+02:00", True),  # the hour from 2 to 3 did not exist
        ("2026-03-29T06:59+02:00", True),
        ("2026-03-29T07:00+02:00", False),  # 06:00 by the clocks of the day before
        ("2026-10-25T02:30+02:00", True),
        ("2026-10-25T02:30+01:00", True),  # the same hour once more
        ("2026-10-25T06:59+01:00", True),
        ("2026-10-25T07:00+01:00", False),
    ],
)
def test_hours_are_those_of_the_clocks_there_when_they_change(at: str, *, holds: bool) -> None:
    night = RouteHours(start_min=22 * 60, end_min=7 * 60, zone="Europe/Paris")
    assert night.hold(datetime.fromisoformat(at).astimezone(UTC)) is holds


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = RouteHours(days=frozenset({4}), start_min=22 * 60, end_min=6 * 60)
    assert friday.hold(datetime(2026, 11, 27, 23, tzinfo=UTC))
    assert friday.hold(datetime(2026, 11, 28, 5, 59, tzinfo=UTC))
    assert not friday.hold(datetime(2026, 11, 27, 5, tzinfo=UTC))
    assert not friday.hold(datetime(2026, 11, 28, 22, tzinfo=UTC))


def test_who_is_called_depends_on_how_bad_it_is() -> None:
    comms = routes("route: {receivers: [comms]}").receiver("comms")
    assert [comms.pinged(severity) for severity in (2, 3, 6, 7, 10)] == [
        (),
        ("here",),
        ("here",),
        ("S0COMMS", "U0ANA"),
        ("S0COMMS", "U0ANA"),
    ]


BAD = """
receivers:
  - {name: comms, slack: {chanel: "#a", ping: {severe: "@ana"}}}
  - {name: comms, console: {}}
  - {name: Desk, webhook: {url: "http://desk.acme.example/"}}
  - {name: lead, apprise: {url_from: TOCSIN_LEAD}}
  - {name: both, slack: {}, console: {}}
hours:
  night: {days: [lun], from: 22:00, to: "25:00", zone: Europe/Pari}
route:
  match: {level: rings}
  receivers: [coms]
  group_wait: 30
  escalate: [{after: 10m, receivers: [lead]}, {after: 5m, receivers: [lead]}, {after: 1h}]
  routes:
    - {hours: [nigth], match: {brand: nestl, severity_from: 0, severity_to: 11}}
maintenance:
  - {name: Launch, from: "2026-12-03 20:00", to: "2026-12-03 06:00", zone: Europe/Paris}
  - {name: Other, from: "tomorrow", to: "2026-12-03 06:00", zone: Europe/Paris}
"""


def test_every_fault_is_said_at_once_with_its_line() -> None:
    with pytest.raises(RouteFaultsError) as caught:
        load_routes(BAD, "r.yaml", {"nestle"})
    said = str(caught.value)
    for line in (
        "r.yaml:3: 'chanel' is no setting of receiver 'comms'; did you mean 'channel'?",
        "r.yaml:3: '@ana' is nobody whom Slack could call",
        "r.yaml:4: receiver 'comms' is there already, on line 3",
        "r.yaml:5: 'Desk' is no name of a receiver",
        "r.yaml:5: 'url' of receiver 'Desk': it is not encrypted; write https://",
        "r.yaml:5: receiver 'Desk' has no secret",
        "r.yaml:6: 'url_from' of receiver 'lead' is 'TOCSIN_LEAD'",
        "r.yaml:7: receiver 'both' is slack and console",
        "r.yaml:9: 'lun' is none of 'days'",
        "r.yaml:9: 'from': YAML reads 22:00 as a number",
        "r.yaml:9: 'to' of hours 'night' is '25:00'",
        "r.yaml:9: there is no time zone 'Europe/Pari'",
        "r.yaml:11: the uppermost route does not take everything",
        "r.yaml:11: there is no level 'rings'",
        "r.yaml:12: no receiver 'coms'; did you mean 'comms'?",
        "r.yaml:13: 'group_wait': YAML reads 30 as a number",
        "r.yaml:14: step 2 of 'escalate' is not after the one before it",
        "r.yaml:14: step 3 of 'escalate' does not say when or who",
        "r.yaml:16: no hours 'nigth'; did you mean 'night'?",
        "r.yaml:16: no brand has the id 'nestl'; did you mean 'nestle'?",
        "r.yaml:16: 'severity_from' is 0",
        "r.yaml:16: 'severity_to' is 11",
        "r.yaml:18: maintenance 1 ends before it begins",
        "r.yaml:19: 'from' is 'tomorrow'",
    ):
        assert line in said, line


@pytest.mark.parametrize(
    "text",
    ["", "a: b", "receivers: []", "receivers: 5\nroute: 7", "route: {receivers: [a]}", "[1]"],
)
def test_whatever_is_written_is_read_or_found_faulty(text: str) -> None:
    inspection = inspect_routes(text)
    assert inspection.routes is None
    assert inspection.faults


def test_what_nothing_leads_to_is_warned_of() -> None:
    found = inspect_routes(
        RECEIVERS + "route: {receivers: [comms, night, desk, lead], routes: [{}, {}]}"
    )
    said = [fault.at("r") for fault in found.faults]
    assert [line for line in said if "no route leads to receiver 'head'" in line]
    assert [line for line in said if "nothing comes here" in line]
    assert all("warning" in line for line in said)


def test_what_the_brands_of_a_receiver_add_up_to() -> None:
    brands = [Brand(id=f"b{n}", names=(f"B{n}",), false_rings_per_quarter=1.0) for n in range(30)]
    found = routes("""
route:
  receivers: [comms]
  escalate: [{after: 10m, receivers: [lead]}]
  routes:
    - {match: {brand: b1}, receivers: [desk], escalate: []}
    - {match: {level: heads_up}, receivers: [night]}
    - {match: {severity_from: 9}, receivers: [head]}
""")
    added = {one.receiver: one for one in budgets(found, brands)}
    assert added["comms"].rings_per_month == pytest.approx(29 / 3)
    assert (added["comms"].brands, added["comms"].at_first) == (29, True)
    assert (added["desk"].brands, added["night"].brands) == (1, 0)
    assert (added["lead"].brands, added["lead"].at_first) == (29, False)
    assert added["head"].brands == 29


def test_a_route_matches_the_source_of_what_was_said() -> None:
    found = routes("""
route:
  receivers: [comms]
  routes:
    - {match: {source: ["bluesky*", rss]}, receivers: [desk]}
""")
    assert told(found, transition(sources=("x", "bluesky-jetstream"))) == ["desk"]
    assert told(found, transition(sources=("x",))) == ["comms"]
    assert told(found, transition()) == ["comms"], "records of old do not say it"


def test_who_decides_and_what_the_team_does_first_come_from_the_route() -> None:
    found = routes("""
route:
  receivers: [comms]
  decides: Marc Aubry
  steps: [Call the hotline]
  routes:
    - {match: {severity_from: 7}, decides: Claire Destrée}
""")
    grave, small = (deliveries(found, transition(severity=one), DAY)[0].team for one in (8, 5))
    assert grave == Team(decides="Claire Destrée", steps=("Call the hotline",))
    assert small.decides == "Marc Aubry"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("decides: " + "x" * 81, "'decides' is too long"),
        ("steps: [a, b, c]", "'steps' has too many steps"),
        (f"steps: [{'x' * 201}]", "a step of 'steps' is too long"),
    ],
)
def test_what_nobody_could_read_at_night_is_a_fault(line: str, fault: str) -> None:
    with pytest.raises(RouteFaultsError, match=fault):
        routes(f"route:\n  receivers: [comms]\n  {line}\n")
