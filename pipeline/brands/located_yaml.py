"""YAML that knows its lines, so that every fault of a file can be named at once and in place.

A reader asks a ``YamlSection`` for what it expects, field by field; whatever is wrong is added to a
``FaultList`` and reading goes on. Values come as ``Located``, with the line to blame later.
"""

import difflib
from collections.abc import Collection
from typing import Any, Generic, NamedTuple, TypeVar

import yaml

from pipeline.phrase import Phrase, phrases

T = TypeVar("T")

_BOOLEAN = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_STRING = "tag:yaml.org,2002:str"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_MERGE = "tag:yaml.org,2002:merge"

_ONE_A_LINE = Phrase("write one item a line, each after '- '")


class Fault(NamedTuple):
    """Something wrong (or, as a warning, doubtful) in a file: where, what, what to do."""

    line: int
    what: str
    do: str
    warning: bool = False

    def at(self, path: str) -> Phrase:
        """One line of text for terminals and logs."""
        fields = {"path": path, "line": self.line, "what": self.what, "do": self.do}
        if self.warning:
            return Phrase("{path}:{line}: warning: {what}; {do}", **fields)
        return Phrase("{path}:{line}: {what}; {do}", **fields)


class Located(NamedTuple, Generic[T]):
    """A value and the line it stands on."""

    value: T
    line: int


class FaultsError(ValueError):
    """All faults of one file; ``str()`` gives one a line, with file and line number."""

    def __init__(self, path: str, faults: Collection[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(faults))
        super().__init__(phrases("\n", (fault.at(path) for fault in self.faults)))


class FaultList:
    """Collects faults while a file is read."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, line: int, what: str, do: str) -> None:
        """Note a fault."""
        self.found.append(Fault(line, what, do))

    def warn(self, line: int, what: str, do: str) -> None:
        """Note something that may be meant, but probably is not."""
        self.found.append(Fault(line, what, do, warning=True))

    @property
    def errors(self) -> list[Fault]:
        """Faults that are not mere warnings."""
        return [fault for fault in self.found if not fault.warning]


class YamlSection:
    """A mapping of the file, checked for doubled and unknown keys."""

    def __init__(
        self, node: yaml.Node, known: Collection[str], faults: FaultList, where: str
    ) -> None:
        self.line = line_of(node)
        self.faults = faults
        self.where = where
        self.nodes: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            do = Phrase("write keys and values: {known}", known=", ".join(known))
            faults.add(
                self.line,
                Phrase("{where} is {kind}, not keys with values", where=where, kind=_kind(node)),
                do,
            )
            return
        for key_node, value_node in node.value:
            self._take(key_node, value_node, known)

    def _take(self, key_node: yaml.Node, value_node: yaml.Node, known: Collection[str]) -> None:
        line, key = line_of(key_node), str(key_node.value)
        if not isinstance(key_node, yaml.ScalarNode):
            self.faults.add(
                line,
                Phrase("a key of {where} is {kind}", where=self.where, kind=_kind(key_node)),
                Phrase("write a word"),
            )
        elif key_node.tag == _MERGE:
            self.faults.add(
                line, Phrase("'<<' (merge) is not read here"), Phrase("write the keys out")
            )
        elif key in self.nodes:
            first = line_of(self.nodes[key])
            what = Phrase(
                "'{key}' occurs twice in {where}, first near line {first}",
                key=key,
                where=self.where,
                first=first,
            )
            self.faults.add(line, what, Phrase("keep one of them"))
        elif known and key not in known:
            close = difflib.get_close_matches(key.lower(), list(known), n=1)
            do = (
                Phrase("did you mean '{close}'?", close=close[0])
                if close
                else Phrase("known are {known}", known=", ".join(known))
            )
            self.faults.add(
                line, Phrase("'{key}' is no setting of {where}", key=key, where=self.where), do
            )
        else:
            self.nodes[key] = value_node

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def section(self, key: str, known: Collection[str]) -> "YamlSection | None":
        """The mapping under ``key``, or None if there is none."""
        if key not in self.nodes:
            return None
        return YamlSection(self.nodes[key], known, self.faults, Phrase("'{key}'", key=key))

    def items(self, key: str) -> list[yaml.Node]:
        """Nodes of the list under ``key``; empty if there is none."""
        node = self.nodes.get(key)
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if node is not None and node.tag == _NULL:
            do = Phrase("delete the key, or list something under it")
            self.faults.add(line_of(node), Phrase("'{key}' is empty", key=key), do)
        elif node is not None:
            do = (
                Phrase('write {key}: ["{value}"]', key=key, value=node.value)
                if isinstance(node, yaml.ScalarNode)
                else _ONE_A_LINE
            )
            self.faults.add(
                line_of(node),
                Phrase("'{key}' is {kind}, not a list", key=key, kind=_kind(node)),
                do,
            )
        return []

    def text(self, key: str) -> Located[str] | None:
        """The text under ``key``, or None if there is none."""
        if key not in self.nodes:
            return None
        return text(self.nodes[key], self.faults, Phrase("'{key}'", key=key))

    def texts(self, key: str) -> list[Located[str]]:
        """The list of texts under ``key``; empty if there is none."""
        what = Phrase("an item of '{key}'", key=key)
        read = (text(node, self.faults, what) for node in self.items(key))
        return [located for located in read if located is not None]

    def number(self, key: str) -> Located[float] | None:
        """The number under ``key``, or None if there is none."""
        node = self.nodes.get(key)
        if node is None:
            return None
        if node.tag not in _NUMBERS:
            self.faults.add(
                line_of(node),
                Phrase("'{key}' is {kind}", key=key, kind=_kind(node)),
                Phrase("write a number"),
            )
            return None
        return Located(_constructed(node), line_of(node))

    def flag(self, key: str, *, default: bool) -> bool:
        """The yes or no under ``key``."""
        node = self.nodes.get(key)
        if node is None:
            return default
        if node.tag != _BOOLEAN:
            self.faults.add(
                line_of(node),
                Phrase("'{key}' is {kind}", key=key, kind=_kind(node)),
                Phrase("write true or false"),
            )
            return default
        return bool(_constructed(node))


def line_of(node: yaml.Node) -> int:
    """Line of a node, from 1."""
    return int(node.start_mark.line) + 1


def text(node: yaml.Node, faults: FaultList, what: str) -> Located[str] | None:
    """The text of ``node``; traps of YAML (``no``, ``2024``, ``#x``) are explained."""
    line = line_of(node)
    if isinstance(node, yaml.ScalarNode) and node.tag == _STRING:
        return Located(node.value.strip(), line)
    if node.tag == _BOOLEAN:
        message = Phrase("{what}: YAML reads {value} as true or false", what=what, value=node.value)
        if node.value.lower() == "no":
            message = Phrase("{message} (so it does with the code of Norwegian)", message=message)
        faults.add(line, message, Phrase('write "{value}" in quotes', value=node.value))
    elif node.tag == _NULL:
        do = Phrase(
            'fill it in or delete it; what begins with # is a comment unless it is in "quotes"'
        )
        faults.add(line, Phrase("{what} is empty", what=what), do)
    elif isinstance(node, yaml.ScalarNode):
        message = Phrase(
            "{what}: YAML reads {value} as {kind}", what=what, value=node.value, kind=_kind(node)
        )
        faults.add(line, message, Phrase('write "{value}" in quotes', value=node.value))
    else:
        faults.add(
            line,
            Phrase("{what} is {kind}", what=what, kind=_kind(node)),
            Phrase("write a single text"),
        )
    return None


def compose(source: str, faults: FaultList) -> yaml.Node | None:
    """Parse ``source`` without building objects; None, with a fault, where it is no YAML."""
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        what = " ".join(part for part in (error.context, error.problem) if part)
        faults.add(line, Phrase("this is no YAML: {what}", what=what), _remedy(what))
        return None
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        what = Phrase(
            "character U+{character:04X} is not allowed in YAML", character=error.character
        )
        faults.add(line, what, Phrase("delete it"))
        return None
    except RecursionError:
        faults.add(
            1,
            Phrase("this is no YAML: it is nested too deeply"),
            Phrase("close brackets and braces"),
        )
        return None
    if node is None:
        faults.add(1, Phrase("the file is empty"), Phrase("see examples/ for one to start from"))
    return node


def _remedy(problem: str) -> str:
    """What to do about a syntax error, as far as its message tells."""
    if "'@'" in problem:
        return Phrase("write handles without @, or in quotes")
    if r"'\t'" in problem:
        return Phrase("indent with spaces, YAML takes no tabs")
    return Phrase("check indentation, colons and quotes there and in the line above")


def _kind(node: yaml.Node) -> str:
    """What a node is, in words."""
    if isinstance(node, yaml.MappingNode):
        return Phrase("a mapping")
    if isinstance(node, yaml.SequenceNode):
        return Phrase("a list")
    name = node.tag.rsplit(":", 1)[-1]
    return {
        "str": Phrase("the text '{value}'", value=node.value),
        "bool": Phrase("true/false ({value})", value=node.value),
        "null": Phrase("empty"),
        "int": Phrase("a number"),
        "float": Phrase("a number"),
        "timestamp": Phrase("a date"),
    }.get(name, Phrase("of type {name}", name=name))


def _constructed(node: yaml.Node) -> Any:  # noqa: ANN401 - a plain value of YAML
    return yaml.constructor.SafeConstructor().construct_document(node)
