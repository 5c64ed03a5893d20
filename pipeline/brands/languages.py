"""Language codes: what brands are configured with, what X says and what X wants to hear."""

# X still uses codes that ISO 639 withdrew in 1989.
_WITHDRAWN = {"in": "id", "iw": "he", "ji": "yi"}
_X_RULE_CODES = {"id": ("in",), "he": ("iw",), "yi": ("ji",), "zh": ("zh-CN", "zh-TW")}

# "No language to tell": undetermined, no linguistic content, artificial; X's q-codes say that a
# post holds only mentions, hashtags, links, media or cashtags.
_SAYS_NOTHING = frozenset(("", "und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"))


def canonical_language(code: str) -> str:
    """Primary tag of a language code, as ISO 639 has it today.

    >>> canonical_language("pt-BR"), canonical_language("in")
    ('pt', 'id')
    """
    primary = code.replace("_", "-").split("-", 1)[0].lower()
    return _WITHDRAWN.get(primary, primary)


def says_nothing(code: str) -> bool:
    """Whether ``code`` means that the language is not known, which excludes no post."""
    return code in _SAYS_NOTHING


def x_rule_languages(code: str) -> tuple[str, ...]:
    """What to write after ``lang:`` in a rule of X for a language."""
    language = canonical_language(code)
    return _X_RULE_CODES.get(language, (language,))
