"""An OpenID provider of the tests' own: everybody who comes is the one person that it knows."""

import json
import subprocess
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "tocsin-page"


class OidcServer:
    """Serves on a free port. ``email``: who logs in; ``asked``: what was asked to log in with."""

    def __init__(self, place: Path, email: str) -> None:
        self.email = email
        self.asked: dict[str, str] = {}
        self._key = place / "oidc.key"
        subprocess.run(
            ["openssl", "genrsa", "-out", str(self._key), "2048"],  # noqa: S607 - from the PATH
            check=True,
            capture_output=True,
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self) -> Iterator["OidcServer"]:
        """Serve within the block."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(10)

    def discovery(self) -> dict[str, object]:
        """What a client has to know."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, object]:
        """The key that tokens are signed with."""
        said = self._openssl("rsa", "-in", str(self._key), "-noout", "-modulus").decode()
        modulus = bytes.fromhex(said.strip().partition("=")[2])
        return {
            "keys": [
                {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "e": "AQAB",
                 "n": _base64(modulus)}
            ]
        }  # fmt: skip

    def token(self) -> dict[str, object]:
        """A signed token for the person."""
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 600,
            "email": self.email, "email_verified": True, "nonce": self.asked.get("nonce", ""),
        }  # fmt: skip
        head = {"alg": "RS256", "kid": "1", "typ": "JWT"}
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
        signature = self._openssl("dgst", "-sha256", "-sign", str(self._key), said=signed.encode())
        return {
            "access_token": "t", "token_type": "Bearer", "expires_in": 600,
            "id_token": f"{signed}.{_base64(signature)}",
        }  # fmt: skip

    def person(self) -> dict[str, object]:
        """What is known of the person."""
        return {"sub": "4711", "email": self.email, "email_verified": True}

    def _openssl(self, *words: str, said: bytes = b"") -> bytes:
        command = ["openssl", *words]
        return subprocess.run(command, input=said, check=True, capture_output=True).stdout

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path)
                if path.path == "/authorize":
                    provider.asked = {k: v[0] for k, v in parse_qs(path.query).items()}
                    back = urlencode({"code": "c", "state": provider.asked["state"]})
                    self.send_response(302)
                    self.send_header("Location", f"{provider.asked['redirect_uri']}?{back}")
                    self.end_headers()
                    return
                known = {
                    "/.well-known/openid-configuration": provider.discovery,
                    "/keys": provider.keys,
                    "/userinfo": provider.person,
                }
                self._answer(known[path.path]())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(provider.token())

            def _answer(self, value: dict[str, object]) -> None:
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the parent
                """Say nothing."""

        return Handler


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
