"""The brands file: read, checked as a whole, every fault named with its line."""

import re
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from pipeline.brands.checks import check_brand, check_together
from pipeline.brands.fold import without_accents
from pipeline.brands.judged import judged_on
from pipeline.brands.located_yaml import (
    Fault,
    FaultList,
    FaultsError,
    Located,
    YamlSection,
    compose,
)
from pipeline.phrase import Phrase
from schemas.brand import AlertLanguage, Brand, Brands

_LISTS = (
    *("names", "handles", "hashtags", "own_accounts", "exclude", "languages"),
    *("critics", "allies", "rivals"),
)
_TEXTS = ("slack_channel", "alert_language", "alert_zone")
_NUMBERS = ("false_rings_per_quarter", "heads_up_per_week")
_FIELDS = {field.name: field for field in msgspec.structs.fields(Brand)}

_ID_FORM = Phrase(
    "lower-case letters, digits, '.', '_' and '-', at most 64, a letter or digit first"
)
_NOT_IN_IDS = re.compile(r"[^a-z0-9._-]+")


class BrandFaultsError(FaultsError):
    """All faults of a brands file at once."""


class Inspection(NamedTuple):
    """What a file holds: brands (None if there are faults), and all faults and warnings."""

    brands: Brands | None
    faults: tuple[Fault, ...]


def inspect_brands(text: str) -> Inspection:
    """Read a brands file; never raises for what is written in it."""
    faults = FaultList()
    found: list[tuple[Brand, YamlSection]] = []
    ids: dict[str, int] = {}
    root = compose(text.removeprefix("\ufeff"), faults)
    if root is not None:
        top = YamlSection(root, ("brands",), faults, Phrase("the file"))
        if isinstance(root, yaml.MappingNode) and "brands" not in top and not faults.errors:
            faults.add(
                1,
                Phrase("there is no 'brands'"),
                Phrase("begin with 'brands:' and a list of brands"),
            )
        nodes = top.items("brands")
        if "brands" in top and not nodes and not faults.errors:
            faults.add(
                top.line, Phrase("'brands' lists nothing"), Phrase("add a brand with id and names")
            )
        for position, node in enumerate(nodes, start=1):
            section = YamlSection(
                node, tuple(_FIELDS), faults, Phrase("brand {position}", position=position)
            )
            if isinstance(node, yaml.MappingNode) and (brand := _brand(section, ids)):
                found.append((brand, section))
    check_together(found, faults)
    listed = tuple(sorted(faults.found))
    brands = None if faults.errors else Brands(brands=tuple(brand for brand, _ in found))
    return Inspection(brands, listed)


def load_brands(text: str, path: str) -> Brands:
    """Read a brands file; ``path`` is only for messages.

    Raises ``BrandFaultsError`` with every fault as ``file:line: what is wrong; what to do``.
    Warnings do not raise; ``inspect_brands`` returns them.

    >>> load_brands('brands: [{id: nestle, names: ["Nestlé"]}]', "brands.yaml").brands[0].id
    'nestle'
    >>> load_brands('brands: [{id: Nestle, name: ["Nestlé"]}]', "b.yaml")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    pipeline.brands.load.BrandFaultsError: b.yaml:1: 'name' is no setting of brand 1; did you ...
    """
    inspection = inspect_brands(text)
    if inspection.brands is None:
        raise BrandFaultsError(path, [fault for fault in inspection.faults if not fault.warning])
    return inspection.brands


def _brand(section: YamlSection, ids: dict[str, int]) -> Brand | None:
    """Read one brand; None if a fault keeps it from being one."""
    faults = section.faults
    before = len(faults.errors)
    values: dict[str, Any] = {}
    lists: dict[str, list[Located[str]]] = {}
    identity = section.text("id")
    if "id" not in section:
        faults.add(
            section.line,
            Phrase("{where} has no 'id'", where=section.where),
            Phrase("give it one, e.g. id: nestle"),
        )
    elif identity is not None:
        section.where = Phrase("brand '{value}'", value=identity.value)
        values["id"] = identity.value
        _check_id(identity, ids, faults)
    if "names" not in section:
        faults.add(
            section.line,
            Phrase("{where} has no 'names'", where=section.where),
            Phrase("list what people call it"),
        )
    for key in _LISTS:
        lists[key] = section.texts(key)
        if key in section:
            values[key] = tuple(located.value for located in lists[key])
    for key in (*_TEXTS, *_NUMBERS):
        located = section.text(key) if key in _TEXTS else section.number(key)
        if located is not None:
            values[key] = _converted(key, located, faults)
    _check_zone(section, faults)
    judge = judged_on(section, faults)
    if judge is not None:
        values["judge"] = judge
    check_brand(section, lists, faults)
    return Brand(**values) if len(faults.errors) == before else None


def _check_zone(section: YamlSection, faults: FaultList) -> None:
    zone = section.text("alert_zone")
    if zone is None:
        return
    try:
        ZoneInfo(zone.value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        do = Phrase("write one of the time zone database, such as Europe/Paris")
        faults.add(zone.line, Phrase("there is no time zone '{value}'", value=zone.value), do)


def _check_id(identity: Located[str], ids: dict[str, int], faults: FaultList) -> None:
    if identity.value in ids:
        what = Phrase(
            "id '{value}' is taken by the brand on line {first}",
            value=identity.value,
            first=ids[identity.value],
        )
        faults.add(identity.line, what, Phrase("give every brand an id of its own"))
    ids.setdefault(identity.value, identity.line)
    try:
        msgspec.convert(identity.value, _FIELDS["id"].type)
    except msgspec.ValidationError:
        better = _NOT_IN_IDS.sub("-", without_accents(identity.value).lower()).strip("-._")[:64]
        do = Phrase("write {better}", better=better) if better else Phrase("choose another")
        faults.add(
            identity.line,
            Phrase("id '{value}' is not made of {form}", value=identity.value, form=_ID_FORM),
            do,
        )


def _converted(key: str, located: Located[Any], faults: FaultList) -> Any:  # noqa: ANN401 - as the schema says
    """The value as the schema wants it, or a fault in the schema's own words."""
    field = _FIELDS[key]
    value = located.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return msgspec.convert(value, field.type)
    except msgspec.ValidationError as error:
        choices = get_args(field.type)
        do = Phrase("leave it out for the default, {default!r}", default=field.default)
        if field.type is AlertLanguage:
            do = Phrase("write one of {choices}, or {do}", choices=", ".join(choices), do=do)
        faults.add(
            located.line,
            Phrase("'{key}' is {value!r}: {error}", key=key, value=value, error=error),
            do,
        )
        return None
