"""Files as plain bytes of UTF-8: compression and wide encodings are taken off while reading.

gzip, bzip2, xz and zip are told by their first bytes, whatever the file is called. What is known
and not read (zstd, tar, Excel, Parquet) is refused with what to do.
"""

import bz2
import codecs
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple, Protocol, Self, cast

from pipeline.phrase import Phrase, reason_of


class FormatError(ValueError):
    """A file as a whole cannot be read as asked; the message says what to do."""


class DamagedFileError(ValueError):
    """A compressed file is cut off or damaged; what came before has been handed out."""


class OpenedFile(NamedTuple):
    """What a file holds, and the file as it lies on disk: the same unless it is compressed."""

    stream: IO[bytes]
    file: IO[bytes]
    encoding: str = ""
    """Of ``stream``, if the file itself tells it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.file.close()


_BUFFER_BYTES = 1 << 18
_TAKEN_BYTES = 2_048
"""Compressed bytes at a time: damage costs the lines in one such piece at most."""
_MOST_PLAIN_BYTES = 1 << 18
_LOOKED_AT_BYTES = 512
_SOME_ZEROS = 3

_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_GZIP = b"\x1f\x8b"
_BZIP2 = b"BZh"
_XZ = b"\xfd7zXZ\x00"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""The second begins an archive that holds nothing."""
_REFUSED = (
    (b"\x28\xb5\x2f\xfd", "{path} is compressed with zstd, which is not read; run: zstd -d {name}"),
    (b"PAR1", "{path} is Parquet, which is not read; write it as CSV or as JSON lines"),
    (b"\xd0\xcf\x11\xe0", "{path} is an Excel workbook; save it as CSV UTF-8"),
)
_TAR_AT, _TAR = 257, b"ustar"


class _Inflater(Protocol):
    """What the decompressors of zlib, bz2 and lzma have in common, once zlib's is adapted."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """zlib's decompressor, keeping what it could not take in yet, as the others do."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max(max_length, 0))


class _Inflated(io.RawIOBase):
    """The plain bytes of a compressed file, in bounded memory, up to where it is damaged."""

    def __init__(self, file: IO[bytes], make: Callable[[], _Inflater]) -> None:
        self._file = file
        self._make = make
        self._inflater = make()
        self._plain = b""
        self._fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._plain:
            if self._fault is not None:
                raise DamagedFileError(str(self._fault)) from self._fault
            if not self._more():
                return 0
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _more(self) -> bool:
        """Take in the next piece; whether there may be more."""
        inflater = self._inflater
        taken = b""
        if inflater.eof:
            # Several compressed files in one are read as one. Zeros fill up tapes.
            rest = inflater.unused_data.lstrip(b"\0") or self._file.read(_TAKEN_BYTES).lstrip(b"\0")
            if not rest:
                return False
            inflater = self._inflater = self._make()
            taken = rest
        elif inflater.needs_input:
            taken = self._file.read(_TAKEN_BYTES)
            if not taken:
                self._fault = EOFError("it ends before the end of what was compressed")
                return True
        try:
            self._plain = inflater.decompress(taken, _MOST_PLAIN_BYTES)
        except (OSError, zlib.error, lzma.LZMAError, EOFError) as error:
            self._fault = error
        return True


class _Recoded(io.RawIOBase):
    """The text of a stream in another encoding, as UTF-8; what is no character becomes U+FFFD."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._plain = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._plain:
            raw = self._stream.read(len(buffer))
            self._plain = self._decoder.decode(raw, final=not raw).encode("utf-8", "replace")
            if not raw and not self._plain:
                return 0
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size


class _LineFeeds(io.RawIOBase):
    """The same with line feeds for carriage returns, with which Excel for Mac ends its lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        raw = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(raw)] = raw
        return len(raw)


def open_bytes(path: Path, encoding: str = "") -> OpenedFile:
    r"""Open for reading; raises ``FormatError``.

    ``encoding`` is what a mapping says. One in which a line does not end in the byte of ``\n``
    (UTF-16, UTF-32), said or told from a byte order mark or from its zeros, is read as UTF-8; any
    other is left to the caller. Lines that end in a carriage return alone end in a line feed here.
    """
    file = _open(path)
    try:
        stream = _plain(path, file)
        head = cast("io.BufferedReader", stream).peek(_LOOKED_AT_BYTES)
        wide = next((name for bom, name in _WIDE_BOMS if head.startswith(bom)), "")
        wide = wide or (encoding if is_wide(encoding) else _unmarked_wide(head))
        if wide:
            bom = next((bom for bom, name in _WIDE_BOMS if head.startswith(bom)), b"")
            stream.read(len(bom))
            return OpenedFile(_buffered(_Recoded(stream, wide)), file, "utf-8")
        is_marked = head.startswith(_UTF8_BOM)
        if is_marked:
            stream.read(len(_UTF8_BOM))
        if b"\r" in head and b"\n" not in head:
            stream = _buffered(_LineFeeds(stream))
        if is_marked:
            return OpenedFile(stream, file, "utf-8")
    except DamagedFileError:
        # Nothing at all could be read. Whoever reads on meets the damage, and says where it is.
        return OpenedFile(stream, file)
    except BaseException:
        file.close()
        raise
    return OpenedFile(stream, file)


def is_wide(encoding: str) -> bool:
    """Whether lines of this encoding cannot be told apart by the byte of a line feed.

    >>> is_wide("utf-16-le"), is_wide("cp1252"), is_wide("")
    (True, False, False)
    """
    return bool(encoding) and "\n".encode(encoding) != b"\n"


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        msg = Phrase(
            "{path}: {why}; check the path and its permissions",
            path=path,
            why=reason_of(error),
        )
        raise FormatError(msg) from error


def _plain(path: Path, file: io.BufferedReader) -> IO[bytes]:
    """The file without its compression."""
    head = file.peek(_LOOKED_AT_BYTES)
    for sign, what in _REFUSED:
        if head.startswith(sign):
            raise FormatError(Phrase(what, path=path, name=path.name))
    if head.startswith(_ZIP):
        return _member(path, file)
    make: Callable[[], _Inflater] | None = None
    if head.startswith(_GZIP):
        make = _Gunzip
    elif head.startswith(_BZIP2):
        make = bz2.BZ2Decompressor
    elif head.startswith(_XZ):
        make = lzma.LZMADecompressor
    stream: IO[bytes] = file if make is None else _buffered(_Inflated(file, make))
    try:
        start = cast("io.BufferedReader", stream).peek(_LOOKED_AT_BYTES)
    except DamagedFileError:
        start = b""
    if start[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        raise FormatError(
            Phrase("{path} is a tar archive; unpack it: tar -xf {name}", path=path, name=path.name)
        )
    return stream


def _member(path: Path, file: IO[bytes]) -> IO[bytes]:
    """The one file that a zip archive holds."""
    try:
        archive = zipfile.ZipFile(file)
        names = [
            one.filename
            for one in archive.infolist()
            if not one.is_dir() and not _is_of_a_mac(one.filename)
        ]
        if "[Content_Types].xml" in names:
            raise FormatError(
                Phrase("{path} is an Excel workbook; save it as CSV UTF-8", path=path)
            )
        if not names:
            raise FormatError(Phrase("{path} is a zip archive that holds no file", path=path))
        if len(names) != 1:
            raise FormatError(
                Phrase(
                    "{path} holds {n} files, not one; unpack it (unzip {name}) and give those to "
                    "be read",
                    path=path,
                    n=len(names),
                    name=path.name,
                )
            )
        return io.BufferedReader(cast("io.RawIOBase", archive.open(names[0])), _BUFFER_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FormatError(
            Phrase("{path} cannot be unpacked: {error}; unpack it yourself", path=path, error=error)
        ) from error


def _is_of_a_mac(name: str) -> bool:
    """Whether a file in an archive is none of the user's: what macOS puts beside his.

    >>> _is_of_a_mac("__MACOSX/._a.csv"), _is_of_a_mac("x/.DS_Store"), _is_of_a_mac("x/a.csv")
    (True, True, False)
    """
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith((".DS_Store", "._"))


def _unmarked_wide(head: bytes) -> str:
    r"""UTF-16 without a byte order mark, told by its zeros, which no other text has; else nothing.

    >>> _unmarked_wide("id,date".encode("utf-16-le")), _unmarked_wide(b"id,date\0x")
    ('utf-16-le', '')
    """
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[first::2].count(0)
        if zeros > _SOME_ZEROS and 2 * zeros > len(head) // 2 and 0 not in head[1 - first :: 2]:
            return name
    return ""


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(raw, _BUFFER_BYTES)
