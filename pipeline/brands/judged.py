"""On which sources a brand is judged: ``judge:`` of the brands file, read and checked."""

import difflib
import re
from typing import Final, get_args

import yaml

from pipeline.brands.located_yaml import FaultList, Located, YamlSection, line_of
from pipeline.phrase import Phrase
from schemas.brand import JudgedOn, JudgedTogether
from schemas.network import NETWORK_FORM, network_of

KNOWN: Final = ("x", "bluesky", "mastodon", "rss", "follow", "stdin", "http", "replay")
"""How Tocsin's own sources are called; others are called as ``--source`` says."""

_ALIASES: Final = {"twitter": "x", "bsky": "bluesky", "feeds": "rss", "webhook": "http"}
_WAYS: Final = get_args(JudgedTogether)
_EXAMPLE: Final = Phrase("write sources: [x, bluesky], or each for each on its own, or all")


def judged_on(section: YamlSection, faults: FaultList) -> JudgedOn | None:
    """Read ``judge`` of a brand; None where there is none, or a fault in it."""
    before = len(faults.errors)
    judge = section.section("judge", ("sources",))
    if judge is None or not isinstance(section.nodes["judge"], yaml.MappingNode):
        return None
    node = judge.nodes.get("sources")
    if node is None:
        if len(faults.errors) == before:
            faults.add(
                judge.line,
                Phrase("'judge' says nothing"),
                Phrase("{example}, or delete it", example=_EXAMPLE),
            )
        return None
    if isinstance(node, yaml.SequenceNode):
        return _listed(judge, node, faults)
    way = judge.text("sources")
    return None if way is None else _together(way, faults)


def _together(way: Located[str], faults: FaultList) -> JudgedOn | None:
    if way.value == "all":
        return JudgedOn(sources="all")
    if way.value == "each":
        return JudgedOn(sources="each")
    close = difflib.get_close_matches(way.value.lower(), _WAYS, n=1)
    do = (
        Phrase("did you mean '{close}'?", close=close[0])
        if close
        else Phrase("write sources: [{value}], all or each", value=way.value)
    )
    faults.add(way.line, Phrase("'sources' of 'judge' is '{value}'", value=way.value), do)
    return None


def _listed(judge: YamlSection, node: yaml.SequenceNode, faults: FaultList) -> JudgedOn | None:
    if not node.value:
        faults.add(line_of(node), Phrase("'sources' of 'judge' lists nothing"), _EXAMPLE)
        return None
    before = len(faults.errors)
    networks: dict[str, int] = {}
    for located in judge.texts("sources"):
        network = _checked(located, faults)
        if network in networks:
            what = Phrase(
                "'{network}' is listed twice under 'sources', first on line {line}",
                network=network,
                line=networks[network],
            )
            faults.warn(located.line, what, Phrase("delete one"))
        networks.setdefault(network, located.line)
    return JudgedOn(sources=tuple(networks)) if len(faults.errors) == before else None


def _checked(located: Located[str], faults: FaultList) -> str:
    name, line = located
    if not re.fullmatch(NETWORK_FORM, name):
        what = Phrase("'{name}' under 'sources' is no network", name=name)
        do = Phrase(
            "write {network}: the name of a source up to its hyphen", network=network_of(name)
        )
        faults.add(line, what, do)
    elif name in _WAYS:
        faults.add(
            line,
            Phrase("'{name}' stands in a list under 'sources'", name=name),
            Phrase("write sources: {name}", name=name),
        )
    elif name not in KNOWN:
        close = [_ALIASES.get(name), *difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.75)]
        if meant := next((one for one in close if one), None):
            what = Phrase("no source of Tocsin is called '{name}'", name=name)
            faults.warn(line, what, Phrase("did you mean '{close}'?", close=meant))
    return name
