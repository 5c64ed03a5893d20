"""What a brand has to make sense of: alone, and beside the other brands of the file."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import yaml

from pipeline.brands.common_words import COMMON_WORDS
from pipeline.brands.fold import is_unspaced, words
from pipeline.brands.located_yaml import FaultList, Located, YamlSection, line_of
from pipeline.brands.match import brand_patterns
from pipeline.brands.spelling import Pattern, name_patterns
from pipeline.brands.x_rules import RULES_LIMIT, RuleTooLongError, all_x_rules, x_rules
from schemas.brand import Brand

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_NAME = 200
_APART = (("critics", "own_accounts"), ("allies", "own_accounts"), ("allies", "critics"))
"""An account that stands on one of the two lists cannot be on the other."""

Lists = Mapping[str, Sequence[Located[str]]]


def check_brand(section: YamlSection, lists: Lists, faults: FaultList) -> None:
    """Note what is wrong within one brand."""
    names = section.nodes.get("names")
    if isinstance(names, yaml.SequenceNode) and not names.value:
        faults.add(
            line_of(names), f"'names' of {section.where} lists nothing", "list what people call it"
        )
    for name in lists["names"]:
        _check_name(name, faults)
    for key in ("handles", "own_accounts", "critics", "allies"):
        for handle in lists[key]:
            _check_handle(key, handle, faults)
    _check_watched(lists, faults)
    for tag in lists["hashtags"]:
        _check_tag(tag, faults)
    for language in lists["languages"]:
        _check_language(language, faults)
    for phrase in lists["exclude"]:
        _check_excluded(phrase, lists, faults)
    for key, located in lists.items():
        _check_doubles(key, located, faults)


def _check_name(name: Located[str], faults: FaultList, called: str = "name") -> None:
    found = words(name.value)
    if not name.value:
        faults.add(name.line, f"a {called} is empty", "fill it in or delete it")
    elif name.value[0] in "@#":
        key = "handles" if name.value[0] == "@" else "hashtags"
        do = f"list {name.value[1:]} under '{key}'"
        if called == "rival":
            do = f"write {name.value[1:]}"
        faults.add(name.line, f"{called} '{name.value}' begins with {name.value[0]}", do)
    elif len(name.value) > _LONGEST_NAME:
        do = f"use at most {_LONGEST_NAME}"
        faults.add(name.line, f"a {called} of {len(name.value)} characters", do)
    elif not any(character.isalnum() for word in found for character in word):
        do = "write it with letters or digits"
        faults.add(name.line, f"{called} '{name.value}' holds no word to look for", do)
    elif len(found) == 1 and len(found[0]) == 1 and not is_unspaced(found[0]):
        what = f"{called} '{name.value}' is a single letter, it will match nearly everything"
        faults.warn(name.line, what, "use handles and hashtags, or a longer name")
    elif len(found) == 1 and found[0] in COMMON_WORDS:
        what = (
            f"{called} '{name.value}' is an everyday word, most posts with it mean something else"
        )
        do = "use longer names, handles, or 'exclude'" if called == "name" else "use a longer name"
        faults.warn(name.line, what, do)


def _check_handle(key: str, handle: Located[str], faults: FaultList) -> None:
    plain = handle.value.lstrip("@#")
    if plain != handle.value:
        what = f"'{handle.value}' under '{key}' begins with {handle.value[0]}"
        faults.add(handle.line, what, f"write {plain}" if plain else "fill it in or delete it")
    elif not _HANDLE.fullmatch(handle.value):
        what = f"'{handle.value}' under '{key}' is no handle"
        faults.add(handle.line, what, "X takes 1 to 15 of A-Z, a-z, 0-9 and _")


def _check_watched(lists: Lists, faults: FaultList) -> None:
    for one, other in _APART:
        _check_apart(one, other, lists, faults)
    for rival in lists["rivals"]:
        _check_rival(rival, lists, faults)


def _check_apart(one: str, other: str, lists: Lists, faults: FaultList) -> None:
    known = {handle.value.casefold(): handle.line for handle in lists[other]}
    for handle in lists[one]:
        line = known.get(handle.value.casefold())
        if line is not None:
            what = f"'{handle.value}' under '{one}' is under '{other}', too, line {line}"
            faults.add(handle.line, what, "delete one of them")


def _check_rival(rival: Located[str], lists: Lists, faults: FaultList) -> None:
    do = "every post with it would be put down to the rival: delete one of them"
    if rival.value.startswith("@"):
        _check_handle("rivals", Located(rival.value[1:], rival.line), faults)
        for key in ("handles", "own_accounts"):
            for handle in lists[key]:
                if handle.value.casefold() == rival.value[1:].casefold():
                    what = f"rival '{rival.value}' is under '{key}', too, line {handle.line}"
                    faults.add(rival.line, what, do)
        return
    _check_name(rival, faults, "rival")
    patterns = name_patterns(rival.value)
    named = [("name", name, name_patterns(name.value)) for name in lists["names"]]
    named += [("hashtag", tag, (tuple(words(tag.value)),)) for tag in lists["hashtags"]]
    for called, own, wholes in named:
        if any(_within(pattern, whole) for pattern in patterns for whole in wholes):
            what = f"rival '{rival.value}' is part of {called} '{own.value}', line {own.line}"
            faults.add(rival.line, what, do)


def _check_tag(tag: Located[str], faults: FaultList) -> None:
    plain = tag.value.lstrip("#@")
    if plain != tag.value:
        what = f"'{tag.value}' under 'hashtags' begins with {tag.value[0]}"
        faults.add(tag.line, what, f"write {plain}" if plain else "fill it in or delete it")
    elif not tag.value or any(c.isspace() or c in "-.,&+'’!?$/" for c in tag.value):
        what = f"'{tag.value}' under 'hashtags' is no hashtag"
        faults.add(tag.line, what, "one word of letters, digits and _")
    elif tag.value.isdigit():
        what = f"'{tag.value}' under 'hashtags' has digits only, X makes no hashtag of it"
        faults.add(tag.line, what, "add a letter or delete it")


def _check_language(language: Located[str], faults: FaultList) -> None:
    if not _LANGUAGE.fullmatch(language.value):
        primary = re.split(r"[-_]", language.value.lower())[0]
        do = f"write {primary}" if _LANGUAGE.fullmatch(primary) else "use codes such as en, fr, de"
        what = f"'{language.value}' is no two- or three-letter language code"
        faults.add(language.line, what, do)


def _check_excluded(phrase: Located[str], lists: Lists, faults: FaultList) -> None:
    excluded = tuple(words(phrase.value))
    if not excluded:
        do = "fill it in or delete it"
        faults.add(phrase.line, f"excluded '{phrase.value}' holds no word to look for", do)
        return
    do = "no post could ever match that: delete one of them"
    for name in lists["names"]:
        if any(_within(excluded, pattern) for pattern in name_patterns(name.value)):
            what = f"excluded '{phrase.value}' is part of name '{name.value}', line {name.line}"
            faults.add(phrase.line, what, do)
    for tag in lists["hashtags"]:
        if _within(excluded, tuple(words(tag.value))):
            what = f"excluded '{phrase.value}' is hashtag '{tag.value}', line {tag.line}"
            faults.add(phrase.line, what, do)


def _within(part: Pattern, whole: Pattern) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def _check_doubles(key: str, located: Sequence[Located[str]], faults: FaultList) -> None:
    first: dict[str, int] = {}
    for value, line in located:
        if value.casefold() in first:
            earlier = first[value.casefold()]
            what = f"'{value}' is listed twice under '{key}', first on line {earlier}"
            faults.warn(line, what, "delete one")
        first.setdefault(value.casefold(), line)


def check_together(found: Sequence[tuple[Brand, YamlSection]], faults: FaultList) -> None:
    """Note what is wrong between brands, and what X would refuse."""
    users: dict[Pattern, list[str]] = defaultdict(list)
    short = []
    for brand, section in found:
        try:
            x_rules(brand)
            short.append(brand)
        except RuleTooLongError as error:
            what = f"{section.where} makes {error}"
            faults.add(section.line, what, "shorten 'exclude', 'languages' or the name")
        for pattern in dict.fromkeys(brand_patterns(brand)):
            if users[pattern]:
                what = f"{section.where} shares '{' '.join(pattern)}' with '{users[pattern][0]}'"
                faults.warn(section.line, what, "a post with it will count for both")
            users[pattern].append(brand.id)
    # As they are put to X: each value once, and without mixed accents where there is no room.
    rules = len({rule.value for rule in all_x_rules(short)})
    if rules > RULES_LIMIT:
        what = f"{rules} rules for X, a pay-per-use stream holds {RULES_LIMIT}"
        faults.warn(1, what, "drop names, hashtags or excluded words")
