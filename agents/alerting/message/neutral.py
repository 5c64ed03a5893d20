"""Text from outside made harmless before it is shown: in Slack, in a terminal, anywhere.

Posts, handles, hashtags and links are written by strangers, some of whom would like to ring every
phone of the channel, to turn a sentence around with a bidirectional override, or to repaint a
terminal. ``outside`` takes away what can act and keeps what can be read. It is enough where text
is shown literally; a sink whose channel parses markup escapes it as well.
"""

import re
import unicodedata

# Joiners build emoji and the words of several scripts, so they are the two format characters (Cf)
# that stay; every other one hides or reorders text. Variation selectors and combining marks (M)
# stay as well, but only a few in a row: a hundred of them paint over the lines around.
_JOINERS = {"\u200c", "\u200d"}
_LAST_LATIN = "\u02af"
_HIDDEN_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}
_MARKS_IN_A_ROW = 3
_PING = re.compile(r"@(?=here|channel|everyone)", re.IGNORECASE)
_SLACK_CONTROL = re.compile(r"<(?=[!@#])")
# Possessive and anchored, so that a long run of letters is looked at once.
_SCHEME = re.compile(r"(?<![a-z0-9+.-])[a-z0-9+.-]++:/+", re.IGNORECASE)


def outside(text: str, limit: int = 280) -> str:
    r"""Return ``text`` on one line, readable, inert and at most ``limit`` characters long.

    Control, format (bidirectional, zero-width, tag), surrogate, private and unassigned characters
    go; white space becomes single spaces; links lose their scheme; ``@here`` and Slack's ``<!…>``,
    ``<@…>``, ``<#…>`` lose the character that makes them act. What is cut ends in ``…``.

    >>> outside("boycott\u202e \x1b[31m <!channel>\n@here now")
    'boycott [31m ‹!channel> ＠here now'
    >>> outside("see https://www.video.example/watch?v=7")
    'see www.video.example/watch?v=7'
    >>> outside("a" * 10, limit=4)
    'aaa…'
    """
    # No post is longer; what is beyond would be cut anyway, after it has cost time.
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[: 4 * limit + 1000]):
        category = unicodedata.category(character)
        if category[0] == "Z" or character in "\t\n\r\v\f\x85":
            kept.append(" ")
            marks = 0
        elif category[0] == "M":
            marks += 1
            if marks <= _MARKS_IN_A_ROW:
                kept.append(character)
        elif character in _JOINERS:
            if kept and kept[-1] > _LAST_LATIN and kept[-1] not in _JOINERS:
                kept.append(character)
        elif category[0] != "C" and character not in _HIDDEN_LETTERS:
            kept.append(character)
            marks = 0
    line = " ".join("".join(kept).split())
    # Without its scheme a link is text to read, not one to click on.
    line = _SCHEME.sub("", line)
    line = _SLACK_CONTROL.sub("‹", _PING.sub("＠", line))
    return cut(line, limit)


def cut(text: str, limit: int) -> str:
    """Return ``text``, or its beginning and ``…`` where it is longer than ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
