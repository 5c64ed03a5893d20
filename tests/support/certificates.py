"""Certificates for tests, made by openssl as an operator would make them."""

import subprocess
from pathlib import Path

BROKER = "subjectAltName=IP:127.0.0.1,DNS:localhost"


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)  # noqa: S607 - from the PATH


def make_ca(directory: Path, name: str = "ca") -> None:
    """Write ``<name>.pem`` and ``<name>.key`` of an authority."""
    key, certificate = directory / f"{name}.key", directory / f"{name}.pem"
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
             "-keyout", key, "-out", certificate)  # fmt: skip


def make_certificate(
    directory: Path, name: str, *, ca: str = "ca", extension: str = BROKER, days: int = 2
) -> None:
    """Write ``<name>.pem``, signed by ``ca``, with its key in it; and ``<name>.key``."""
    key, request, more = (directory / f"{name}.{kind}" for kind in ("key", "csr", "ext"))
    certificate = directory / f"{name}.crt"
    more.write_text(extension)
    _openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
             "-keyout", key, "-out", request)  # fmt: skip
    _openssl("x509", "-req", "-in", request, "-CA", directory / f"{ca}.pem",
             "-CAkey", directory / f"{ca}.key", "-CAcreateserial", "-days", str(days),
             "-extfile", more, "-out", certificate)  # fmt: skip
    (directory / f"{name}.pem").write_text(key.read_text() + certificate.read_text())
