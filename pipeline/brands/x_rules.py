"""Rules of X's filtered stream for a brand.

Facts that shape them (vendor's documentation of API v2, 2026): a rule with an accent matches only
the accented word; case does not matter; AND binds tighter than OR; groups are not to be negated;
negated operators, ``lang:`` and ``is:`` need a standalone operator beside them; ``-is:nullcast``
drops promoted-only posts; a rule has at most 1,024 characters (2,048 for Enterprise).
"""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.brands.languages import x_rule_languages
from pipeline.brands.spelling import accent_forms, mixed_accent_forms, written_forms
from pipeline.phrase import Phrase
from schemas.brand import Brand

RULE_LIMIT = 1024
RULES_LIMIT = 1000
"""Rules that a pay-per-use stream holds."""

_OPERATORS = frozenset(("or", "and", "not"))
_NO_ADVERTS = "-is:nullcast"


class Rule(NamedTuple):
    """One rule: what X is to match, and the tag (the brand's id) that comes back with a post."""

    value: str
    tag: str


class RuleTooLongError(ValueError):
    """A rule that cannot be made short enough by splitting."""


def _word(text: str) -> str:
    """A keyword, quoted unless it is one plain word."""
    if text.startswith("$") and text[1:].isalpha() and text.isascii():
        return text
    if text.isalnum() and text.lower() not in _OPERATORS:
        return text
    return '"' + " ".join(text.replace('"', " ").replace("\\", " ").split()) + '"'


def _named(brand: Brand, *, mixed: bool) -> list[str]:
    """Operators of which one has to match for a post to be about the brand."""
    forms = mixed_accent_forms if mixed else accent_forms
    alternatives = [
        _word(form) for name in brand.names for form in written_forms(name, mixed=mixed)
    ]
    alternatives += [f"#{form}" for tag in brand.hashtags for form in forms(tag)]
    alternatives += [f"@{handle}" for handle in (*brand.handles, *brand.own_accounts)]
    for account in brand.own_accounts:
        alternatives += [f"to:{account}", f"retweets_of:{account}"]
    return alternatives


def _filters(brand: Brand) -> str:
    """What every alternative is restricted by."""
    languages = [f"lang:{code}" for tag in brand.languages for code in x_rule_languages(tag)]
    parts = [_group(languages)] if languages else []
    parts += [f"-{_word(form)}" for phrase in brand.exclude for form in accent_forms(phrase)]
    return " ".join((*parts, _NO_ADVERTS))


def _group(alternatives: list[str]) -> str:
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"


def _packed(alternatives: Iterable[str], filters: str, limit: int) -> Iterable[str]:
    """Fill as few rules as the limit allows, in the order given."""
    group: list[str] = []
    for alternative in dict.fromkeys(alternatives):
        longer = f"{_group([*group, alternative])} {filters}"
        if len(longer) > limit and group:
            yield f"{_group(group)} {filters}"
            group = []
        group.append(alternative)
        if len(shortest := f"{alternative} {filters}") > limit:
            msg = Phrase(
                "a rule of {n} characters for {alternative}, X takes {limit}",
                n=len(shortest),
                alternative=alternative,
                limit=limit,
            )
            raise RuleTooLongError(msg)
    if group:
        yield f"{_group(group)} {filters}"


def x_rules(brand: Brand, *, limit: int = RULE_LIMIT, mixed: bool = True) -> list[Rule]:
    """Rules by which X delivers what ``BrandMatcher`` would match, all tagged with the brand's id.

    Own accounts get a rule of their own where languages or excluded words would silence them.
    Without ``mixed``, a name is given with all its accents and with none, but not with some.
    Raises ``RuleTooLongError`` if one alternative with all filters exceeds ``limit`` characters.

    >>> x_rules(Brand(id="nestle", names=("Nestlé",), exclude=("tree",), languages=("fr",)))
    [Rule(value='(Nestlé OR Nestle) lang:fr -tree -is:nullcast', tag='nestle')]
    """
    named = _named(brand, mixed=mixed)
    own = [f"from:{account}" for account in brand.own_accounts]
    filters = _filters(brand)
    if filters == _NO_ADVERTS:
        values = _packed([*named, *own], filters, limit)
    else:
        values = [*_packed(named, filters, limit), *_packed(own, _NO_ADVERTS, limit)]
    return [Rule(value, brand.id) for value in values]


def all_x_rules(
    brands: Iterable[Brand], *, limit: int = RULE_LIMIT, cap: int = RULES_LIMIT
) -> list[Rule]:
    """Rules of all brands; spellings with some of their accents are given up beyond ``cap``.

    What is left may still be more than ``cap``: then brands have to be given up.
    """
    listed = tuple(brands)
    for mixed in (True, False):
        rules = [rule for brand in listed for rule in x_rules(brand, limit=limit, mixed=mixed)]
        if len({rule.value for rule in rules}) <= cap:
            break
    return rules
