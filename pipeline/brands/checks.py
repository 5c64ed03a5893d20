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
from pipeline.phrase import Phrase
from schemas.brand import Brand

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_NAME = 200
_NAME, _RIVAL, _TAG = Phrase("name"), Phrase("rival"), Phrase("hashtag")
_APART = (("critics", "own_accounts"), ("allies", "own_accounts"), ("allies", "critics"))
"""An account that stands on one of the two lists cannot be on the other."""

Lists = Mapping[str, Sequence[Located[str]]]


def check_brand(section: YamlSection, lists: Lists, faults: FaultList) -> None:
    """Note what is wrong within one brand."""
    names = section.nodes.get("names")
    if isinstance(names, yaml.SequenceNode) and not names.value:
        faults.add(
            line_of(names),
            Phrase("'names' of {where} lists nothing", where=section.where),
            Phrase("list what people call it"),
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


def _check_name(name: Located[str], faults: FaultList, called: Phrase = _NAME) -> None:
    found = words(name.value)
    if not name.value:
        faults.add(
            name.line,
            Phrase("a {called} is empty", called=called),
            Phrase("fill it in or delete it"),
        )
    elif name.value[0] in "@#":
        key = "handles" if name.value[0] == "@" else "hashtags"
        do = Phrase("list {value} under '{key}'", value=name.value[1:], key=key)
        if called is _RIVAL:
            do = Phrase("write {value}", value=name.value[1:])
        faults.add(
            name.line,
            Phrase(
                "{called} '{value}' begins with {first}",
                called=called,
                value=name.value,
                first=name.value[0],
            ),
            do,
        )
    elif len(name.value) > _LONGEST_NAME:
        do = Phrase("use at most {most}", most=_LONGEST_NAME)
        faults.add(
            name.line, Phrase("a {called} of {n} characters", called=called, n=len(name.value)), do
        )
    elif not any(character.isalnum() for word in found for character in word):
        do = Phrase("write it with letters or digits")
        faults.add(
            name.line,
            Phrase("{called} '{value}' holds no word to look for", called=called, value=name.value),
            do,
        )
    elif len(found) == 1 and len(found[0]) == 1 and not is_unspaced(found[0]):
        what = Phrase(
            "{called} '{value}' is a single letter, it will match nearly everything",
            called=called,
            value=name.value,
        )
        faults.warn(name.line, what, Phrase("use handles and hashtags, or a longer name"))
    elif len(found) == 1 and found[0] in COMMON_WORDS:
        what = Phrase(
            "{called} '{value}' is an everyday word, most posts with it mean something else",
            called=called,
            value=name.value,
        )
        do = (
            Phrase("use longer names, handles, or 'exclude'")
            if called is _NAME
            else Phrase("use a longer name")
        )
        faults.warn(name.line, what, do)


def _check_handle(key: str, handle: Located[str], faults: FaultList) -> None:
    plain = handle.value.lstrip("@#")
    if plain != handle.value:
        what = Phrase(
            "'{value}' under '{key}' begins with {first}",
            value=handle.value,
            key=key,
            first=handle.value[0],
        )
        faults.add(
            handle.line,
            what,
            Phrase("write {plain}", plain=plain) if plain else Phrase("fill it in or delete it"),
        )
    elif not _HANDLE.fullmatch(handle.value):
        what = Phrase("'{value}' under '{key}' is no handle", value=handle.value, key=key)
        faults.add(handle.line, what, Phrase("X takes 1 to 15 of A-Z, a-z, 0-9 and _"))


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
            what = Phrase(
                "'{value}' under '{one}' is under '{other}', too, line {line}",
                value=handle.value,
                one=one,
                other=other,
                line=line,
            )
            faults.add(handle.line, what, Phrase("delete one of them"))


def _check_rival(rival: Located[str], lists: Lists, faults: FaultList) -> None:
    do = Phrase("every post with it would be put down to the rival: delete one of them")
    if rival.value.startswith("@"):
        _check_handle("rivals", Located(rival.value[1:], rival.line), faults)
        for key in ("handles", "own_accounts"):
            for handle in lists[key]:
                if handle.value.casefold() == rival.value[1:].casefold():
                    what = Phrase(
                        "rival '{value}' is under '{key}', too, line {line}",
                        value=rival.value,
                        key=key,
                        line=handle.line,
                    )
                    faults.add(rival.line, what, do)
        return
    _check_name(rival, faults, _RIVAL)
    patterns = name_patterns(rival.value)
    named = [(_NAME, name, name_patterns(name.value)) for name in lists["names"]]
    named += [(_TAG, tag, (tuple(words(tag.value)),)) for tag in lists["hashtags"]]
    for called, own, wholes in named:
        if any(_within(pattern, whole) for pattern in patterns for whole in wholes):
            what = Phrase(
                "rival '{value}' is part of {called} '{own}', line {line}",
                value=rival.value,
                called=called,
                own=own.value,
                line=own.line,
            )
            faults.add(rival.line, what, do)


def _check_tag(tag: Located[str], faults: FaultList) -> None:
    plain = tag.value.lstrip("#@")
    if plain != tag.value:
        what = Phrase(
            "'{value}' under 'hashtags' begins with {first}",
            value=tag.value,
            first=tag.value[0],
        )
        faults.add(
            tag.line,
            what,
            Phrase("write {plain}", plain=plain) if plain else Phrase("fill it in or delete it"),
        )
    elif not tag.value or any(c.isspace() or c in "-.,&+'’!?$/" for c in tag.value):
        what = Phrase("'{value}' under 'hashtags' is no hashtag", value=tag.value)
        faults.add(tag.line, what, Phrase("one word of letters, digits and _"))
    elif tag.value.isdigit():
        what = Phrase(
            "'{value}' under 'hashtags' has digits only, X makes no hashtag of it", value=tag.value
        )
        faults.add(tag.line, what, Phrase("add a letter or delete it"))


def _check_language(language: Located[str], faults: FaultList) -> None:
    if not _LANGUAGE.fullmatch(language.value):
        primary = re.split(r"[-_]", language.value.lower())[0]
        do = (
            Phrase("write {primary}", primary=primary)
            if _LANGUAGE.fullmatch(primary)
            else Phrase("use codes such as en, fr, de")
        )
        what = Phrase("'{value}' is no two- or three-letter language code", value=language.value)
        faults.add(language.line, what, do)


def _check_excluded(phrase: Located[str], lists: Lists, faults: FaultList) -> None:
    excluded = tuple(words(phrase.value))
    if not excluded:
        do = Phrase("fill it in or delete it")
        faults.add(
            phrase.line,
            Phrase("excluded '{value}' holds no word to look for", value=phrase.value),
            do,
        )
        return
    do = Phrase("no post could ever match that: delete one of them")
    for name in lists["names"]:
        if any(_within(excluded, pattern) for pattern in name_patterns(name.value)):
            what = Phrase(
                "excluded '{value}' is part of name '{own}', line {line}",
                value=phrase.value,
                own=name.value,
                line=name.line,
            )
            faults.add(phrase.line, what, do)
    for tag in lists["hashtags"]:
        if _within(excluded, tuple(words(tag.value))):
            what = Phrase(
                "excluded '{value}' is hashtag '{own}', line {line}",
                value=phrase.value,
                own=tag.value,
                line=tag.line,
            )
            faults.add(phrase.line, what, do)


def _within(part: Pattern, whole: Pattern) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def _check_doubles(key: str, located: Sequence[Located[str]], faults: FaultList) -> None:
    first: dict[str, int] = {}
    for value, line in located:
        if value.casefold() in first:
            earlier = first[value.casefold()]
            what = Phrase(
                "'{value}' is listed twice under '{key}', first on line {earlier}",
                value=value,
                key=key,
                earlier=earlier,
            )
            faults.warn(line, what, Phrase("delete one"))
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
            what = Phrase("{where} makes {error}", where=section.where, error=error)
            faults.add(section.line, what, Phrase("shorten 'exclude', 'languages' or the name"))
        for pattern in dict.fromkeys(brand_patterns(brand)):
            if users[pattern]:
                what = Phrase(
                    "{where} shares '{pattern}' with '{other}'",
                    where=section.where,
                    pattern=" ".join(pattern),
                    other=users[pattern][0],
                )
                faults.warn(section.line, what, Phrase("a post with it will count for both"))
            users[pattern].append(brand.id)
    # As they are put to X: each value once, and without mixed accents where there is no room.
    rules = len({rule.value for rule in all_x_rules(short)})
    if rules > RULES_LIMIT:
        what = Phrase(
            "{rules} rules for X, a pay-per-use stream holds {most}",
            rules=rules,
            most=RULES_LIMIT,
        )
        faults.warn(1, what, Phrase("drop names, hashtags or excluded words"))
