"""Where brands and their fields stand in a brands file, so that a change touches nothing else.

A text is looked at and not read: what is wrong with it is for ``inspect_brands`` to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import yaml

from pipeline.brands.located_yaml import Fault

JUDGE: Final = "judge"
"""A setting that holds another one, ``sources``: here it is what that one says."""

_DASH = re.compile(r"-[ \n]*$")
_MISSING = re.compile(r"has no '(\w+)'")


class _Loader(yaml.SafeLoader):
    """Refuses what stands in one place for another: nodes do not say that they do."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as the parent
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


class Item(NamedTuple):
    """One entry of a list: what it says, and where it begins and ends, in characters."""

    said: str
    start: int
    end: int


class Field(NamedTuple):
    """One setting of a brand. ``start`` and ``end``: from its key to the end of its value.

    ``line``: of its key, from 1; ``last_line``: of its end. ``said``: the text of a single value.
    ``items``: of a list. ``is_block``: the list has its entries on lines of their own.
    """

    key: str
    start: int
    end: int
    line: int
    last_line: int
    said: str
    items: tuple[Item, ...]
    is_list: bool
    is_block: bool

    @property
    def values(self) -> tuple[str, ...]:
        """What stands in it: the entries of a list, or the one value."""
        if self.is_list:
            return tuple(item.said for item in self.items)
        return (self.said,) if self.said else ()


class Place(NamedTuple):
    """One brand. ``start`` and ``end``, in characters; ``dash``: before it, -1 in a flow list.

    ``column``: of its keys. ``is_flow``: it is written in braces.
    """

    fields: Mapping[str, Field]
    start: int
    end: int
    line: int
    last_line: int
    dash: int
    column: int
    is_flow: bool

    @property
    def name(self) -> str:
        """Its id, or nothing where it has none."""
        return self.fields["id"].said if "id" in self.fields else ""


class Outline(NamedTuple):
    """The brands of a file. ``start`` and ``end`` of their list; ``is_flow``: it is in brackets."""

    places: tuple[Place, ...]
    start: int
    end: int
    is_flow: bool


def outline(text: str) -> Outline | None:
    r"""Find the brands of a file; None where it is not of the form that fields can be changed in.

    That is: it is no YAML, lists no brands, or uses what stands in one place for another (``&``,
    ``*``), where a change of one brand would change others.

    >>> found = outline("brands:\n  - id: acme\n    names: [Acme]\n")
    >>> found.places[0].name, found.places[0].fields["names"].values
    ('acme', ('Acme',))
    >>> outline("brands: 7") is None
    True
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    listed = next((value for key, value in root.value if key.value == "brands"), None)
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        return None
    places = [_place(text, node, is_flow=bool(listed.flow_style)) for node in listed.value]
    found = [place for place in places if place is not None]
    if len(found) < len(places):
        return None
    return Outline(
        tuple(found), listed.start_mark.index, _end(text, listed), bool(listed.flow_style)
    )


def field_of(place: Place, fault: Fault) -> str:
    """Which field of a brand a fault is about; empty where it is about the brand as a whole."""
    missing = _MISSING.search(fault.what)
    if missing is not None:
        return missing[1]
    if fault.what.startswith("brand "):
        return ""
    near = [one for one in place.fields.values() if one.line <= fault.line <= one.last_line]
    named = [one for one in near if f"'{one.key}'" in fault.what]
    chosen = named or near
    return chosen[0].key if len(chosen) == 1 else ""


def _place(text: str, node: yaml.Node, *, is_flow: bool) -> Place | None:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        return None
    start, end = node.start_mark.index, _end(text, node)
    dash = _DASH.search(text, 0, start)
    if not is_flow and dash is None:
        return None  # a remark stands between the dash and the brand
    fields = {one.key: one for one in _fields(text, node)}
    if len(fields) < len(node.value):
        return None  # a key twice, or none that is a word
    return Place(
        fields=fields,
        start=start,
        end=end,
        line=node.start_mark.line + 1,
        last_line=node.start_mark.line + 1 + text.count("\n", start, end),
        dash=-1 if is_flow or dash is None else dash.start(),
        column=node.start_mark.column,
        is_flow=bool(node.flow_style),
    )


def _fields(text: str, node: yaml.MappingNode) -> Iterator[Field]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        start, end = key.start_mark.index, max(_end(text, value), key.end_mark.index + 1)
        line = key.start_mark.line + 1
        is_judge = key.value == JUDGE
        nodes = _judged_on(value) if is_judge else _entries(value)
        is_list = is_judge or isinstance(value, yaml.SequenceNode)
        yield Field(
            key=str(key.value),
            start=start,
            end=end,
            line=line,
            last_line=line + text.count("\n", start, end),
            said=_said(value),
            items=tuple(Item(_said(one), one.start_mark.index, _end(text, one)) for one in nodes),
            is_list=is_list,
            is_block=isinstance(value, yaml.SequenceNode)
            and not is_judge
            and not value.flow_style
            and bool(nodes),
        )


def _entries(node: yaml.Node) -> Sequence[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _judged_on(node: yaml.Node) -> Sequence[yaml.Node]:
    """The sources that ``judge`` lists, or the one word that it says of them."""
    if not isinstance(node, yaml.MappingNode):
        return ()
    sources = next((value for key, value in node.value if key.value == "sources"), None)
    if isinstance(sources, yaml.ScalarNode):
        return [sources] if _said(sources) else []
    return _entries(sources) if sources is not None else ()


def _said(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return ""
    return " ".join(str(node.value).split())


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends: that of a block ends where its last part does, and not at the next."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    return len(text[: node.end_mark.index].rstrip())
