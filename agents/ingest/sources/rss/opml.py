"""Addresses of feeds in an OPML file, as feed readers export it.

Source: OPML 2.0; a feed is an ``outline`` with an ``xmlUrl``.
"""

from xml.etree import ElementTree as ET

from pipeline.phrase import Phrase


def feeds_in(raw: bytes) -> list[str]:
    """Return the addresses of all feeds, each once; raise ``ValueError`` if it is no OPML.

    >>> feeds_in(b'<opml><body><outline><outline xmlUrl="https://a.org/f"/></outline></body></opml>')
    ['https://a.org/f']
    """
    if b"<!ENTITY" in raw.replace(b"\0", b""):
        raise ValueError(Phrase("it declares entities, which OPML has no use for"))
    try:
        root = ET.fromstring(raw)  # noqa: S314 - without entities there is nothing to blow up
    except ET.ParseError as error:
        raise ValueError(Phrase("it is no OPML: {why}", why=error)) from error
    found = (outline.get("xmlUrl", "").strip() for outline in root.iter("outline"))
    return list(dict.fromkeys(filter(None, found)))
