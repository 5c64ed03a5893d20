"""Tokens with which scripts read the API and the feeds: a file of names and hashes.

A line is ``NAME sha256:HASH``, and after them, as wanted, ``brands=ID,ID`` (all where it is not
there) and ``until=2027-01-31`` (the last day, UTC, on which it is good). ``#`` begins a remark.
Only SHA-256 of a token stands there: it has 256 random bits, so that nobody guesses it from its
hash.

The file is read again when it has changed. A line that is wrong then is said and is no token; the
others hold, so that what was taken out is out whatever else was mistyped. While the file cannot be
read, as in the midst of a rotation, what was read last holds.
"""

import hmac
import logging
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, NamedTuple

from agents.secret import file_stamp
from pipeline.phrase import Phrase, phrases, reason_of, said_by

PREFIX: Final = "tocsin_"
"""Begins each token, so that one that was leaked is found, and none of somebody else is judged."""

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LINE: Final = re.compile(
    rf"(?P<name>{NAME.pattern})\s+sha256:(?P<hash>[0-9a-f]{{64}})(?P<more>.*)"
)
_MOST: Final = 1_000_000
"""Bytes of the file that are read."""

TokenFault = Literal["token_wrong", "token_ended"]

log = logging.getLogger(__name__)


class TokensError(ValueError):
    """The file of tokens cannot be used: all faults, one a line. No hash is quoted."""


class TokenRefusedError(Exception):
    """``why``: the token is none of those in the file, or its time is over."""

    def __init__(self, why: TokenFault) -> None:
        super().__init__(why)
        self.why: TokenFault = why


class ApiToken(NamedTuple):
    """One line of the file. ``brands``: that it may read, or None for all; ``ends``: or never."""

    name: str
    digest: bytes
    brands: frozenset[str] | None = None
    ends: datetime | None = None

    def may_read(self, brand: str) -> bool:
        """Whether it may read what is said of a brand."""
        return self.brands is None or brand in self.brands


class ApiTokens:
    """Knows the tokens of a file. ``brands``: those that there are.

    Raises:
        TokensError: the file cannot be read, or a line of it is wrong.
    """

    def __init__(self, path: Path, brands: Collection[str]) -> None:
        self._path = path
        self._brands = brands
        try:
            self._stamp = file_stamp(path)
            self._known, faults = self._read()
        except (OSError, UnicodeDecodeError) as error:
            raise TokensError(_unreadable(path, error)) from None
        if faults:
            raise TokensError(phrases("\n", faults))

    def find(self, token: str, now: datetime) -> ApiToken:
        """Return the line that a token is of.

        All lines are compared, each in constant time, so that no answer's time tells anything.

        Raises:
            TokenRefusedError: there is none, or its time is over.
        """
        self._renew()
        digest = _digest(token)
        found = [one for one in self._known if hmac.compare_digest(one.digest, digest)]
        if not found:
            raise TokenRefusedError("token_wrong")
        if found[0].ends is not None and now >= found[0].ends:
            raise TokenRefusedError("token_ended")
        return found[0]

    def _renew(self) -> None:
        try:
            if (stamp := file_stamp(self._path)) == self._stamp:
                return
            self._known, faults = self._read()
        except (OSError, UnicodeDecodeError) as error:
            log.warning(
                "tokens are not read again, the last ones hold: %s", _unreadable(self._path, error)
            )
            return
        self._stamp = stamp
        for fault in faults:
            log.error("this line of the tokens is none: %s", fault)
        log.info("%s has changed and was read again: %s tokens", self._path, len(self._known))

    def _read(self) -> tuple[list[ApiToken], list[Phrase]]:
        """Return the tokens of the file, and what is wrong in it."""
        with self._path.open("rb") as file:
            text = file.read(_MOST + 1)
        found: dict[str, ApiToken] = {}
        faults: list[Phrase] = []
        if len(text) > _MOST:
            faults.append(
                Phrase("{path}: longer than {most} characters", path=self._path, most=_MOST)
            )
            return [], faults
        for number, line in _lines(text.decode("utf-8")):
            try:
                token = _token(line, self._brands)
                _check_new(token, found)
                found[token.name] = token
            except ValueError as error:
                faults.append(
                    Phrase("{path}, line {number}: {why}", path=self._path, number=number,
                           why=said_by(error))
                )  # fmt: skip
        return list(found.values()), faults


def new_token() -> str:
    """Return a token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def line_of(token: str, name: str, brands: Collection[str] = (), until: date | None = None) -> str:
    """Return the line of the file that lets a token in.

    >>> line_of("tocsin_x", "grafana", ["acme"], date(2027, 1, 31))[:30]
    'grafana sha256:e58567ad84ad86f'
    """
    parts = [name, f"sha256:{_digest(token).hex()}"]
    if brands:
        parts.append(f"brands={','.join(brands)}")
    if until is not None:
        parts.append(f"until={until.isoformat()}")
    return " ".join(parts)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        said = line.partition("#")[0].strip()
        if said:
            yield number, said


def _token(line: str, known: Collection[str]) -> ApiToken:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(
            Phrase("this is no NAME sha256:HASH; `tocsin page-token NAME` writes such a line")
        )
    brands: frozenset[str] | None = None
    ends: datetime | None = None
    for word in found["more"].split():
        key, _, value = word.partition("=")
        if key == "brands" and brands is None:
            brands = frozenset(value.split(","))
            if unknown := sorted(brands.difference(known)):
                raise ValueError(
                    Phrase("no brand {unknown!r} is in the brands file", unknown=unknown[0])
                )
        elif key == "until" and ends is None:
            ends = _end(value)
        else:
            raise ValueError(Phrase("{key!r} is neither brands= nor until=, or is there twice",
                                    key=key))  # fmt: skip
    return ApiToken(found["name"], bytes.fromhex(found["hash"]), brands, ends)


def _check_new(token: ApiToken, known: Mapping[str, ApiToken]) -> None:
    if token.name in known or any(one.digest == token.digest for one in known.values()):
        raise ValueError(Phrase("its name or its hash stands there twice"))


def _end(value: str) -> datetime:
    try:
        day = date.fromisoformat(value)
        return datetime.combine(day + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        raise ValueError(Phrase("until= is no day such as 2027-01-31")) from None


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> Phrase:
    if isinstance(error, UnicodeDecodeError):
        return Phrase("{path} is no text in UTF-8", path=path)
    return Phrase("{path}: {why}", path=path, why=reason_of(error))
