"""How a client proves who it is to Kafka, and how Kafka proves it to the client: SASL and TLS."""

import ssl
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from kafka.net.sasl import register_sasl_mechanism
from kafka.net.sasl.oauth import AbstractTokenProvider
from kafka.net.sasl.plain import SaslMechanismPlain
from kafka.net.sasl.scram import SaslMechanismScram

from agents.secret import Password, Secret
from agents.settings import Settings, variable
from pipeline.phrase import Phrase

_ENCRYPTED = ("SSL", "SASL_SSL")
_AUTHENTICATED = ("SASL_PLAINTEXT", "SASL_SSL")
_OAUTH = "OAUTHBEARER"

TokenOf = Callable[[], str]
"""Returns a token for OAUTHBEARER that is valid now. It is called for each connection."""


class SecurityError(ValueError):
    """All that is wrong with the settings of TLS and SASL, one fault a line."""


class Security(NamedTuple):
    """What every client needs to connect. Without arguments: an open listener.

    ``context``: of TLS, None where the listener has none. ``token``: for OAUTHBEARER.
    """

    protocol: str = "PLAINTEXT"
    context: ssl.SSLContext | None = None
    mechanism: str = ""
    username: str = ""
    password: Secret = Password()
    token: TokenOf | None = None

    @property
    def plain_password(self) -> str:
        """The password as it is, for the client that has to send it."""
        return self.password.reveal()

    @property
    def user(self) -> str:
        """Whom Kafka takes us for, as messages call it."""
        if self.username:
            return f"User:{self.username}"
        return "this client" if self.protocol != "PLAINTEXT" else "User:ANONYMOUS"

    def options(self) -> dict[str, Any]:
        """What the clients of kafka-python are told, in its own parameters.

        >>> Security("SASL_SSL", None, "PLAIN", "ana", Password("pw")).options()["sasl_mechanism"]
        'PLAIN'
        """
        if self.protocol == "PLAINTEXT":
            return {}
        found: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self.context}
        if self.token is not None:
            found |= {
                "sasl_mechanism": self.mechanism,
                "sasl_oauth_token_provider": _Tokens(self.token),
            }
        elif self.mechanism:
            found |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,  # revealed at each login, see _Plain
            }
        return found


def _revealed(config: dict[str, Any]) -> dict[str, Any]:
    """A client's configuration for one login, with the password of now."""
    password = config.get("sasl_plain_password")
    if isinstance(password, Secret):
        return {**config, "sasl_plain_password": password.reveal()}
    return config


class _Plain(SaslMechanismPlain):  # type: ignore[misc]  # kafka-python is untyped
    """PLAIN, made for each connection; a file that has changed since the last one is read again."""

    def __init__(self, **config: Any) -> None:  # noqa: ANN401
        super().__init__(**_revealed(config))


class _Scram(SaslMechanismScram):  # type: ignore[misc]
    """SCRAM, the same."""

    def __init__(self, **config: Any) -> None:  # noqa: ANN401
        super().__init__(**_revealed(config))


for _name, _made in (("PLAIN", _Plain), ("SCRAM-SHA-256", _Scram), ("SCRAM-SHA-512", _Scram)):
    register_sasl_mechanism(_name, _made, overwrite=True)


class _Tokens(AbstractTokenProvider):  # type: ignore[misc]  # kafka-python is untyped
    """What kafka-python asks for tokens."""

    def __init__(self, token: TokenOf) -> None:
        super().__init__()
        self._token = token

    def token(self) -> str:
        return self._token()


def read_security(settings: Settings) -> Security:
    """Make what clients need out of the settings.

    The files of certificates and keys are read now.

    Raises:
        SecurityError: with every fault.
    """
    faults = _unused(settings)
    protocol = settings.kafka_security_protocol
    context = token = None
    if protocol in _ENCRYPTED:
        context = _context(settings, faults)
    if protocol in _AUTHENTICATED:
        token = _login(settings, faults)
    if faults:
        raise SecurityError("\n".join(faults))
    return Security(
        protocol,
        context,
        settings.kafka_sasl_mechanism,
        settings.kafka_sasl_username,
        settings.kafka_sasl_password,
        token,
    )


def _unused(settings: Settings) -> list[str]:
    """Name settings that would have no effect: whoever set them believes that they have one."""
    protocol = settings.kafka_security_protocol
    groups = (
        (
            _ENCRYPTED,
            ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file", "kafka_key_password"),
        ),
        (
            _AUTHENTICATED,
            (
                "kafka_sasl_mechanism",
                "kafka_sasl_username",
                "kafka_sasl_password",
                "kafka_sasl_token_provider",
            ),
        ),
    )
    return [
        f"{variable(field)} has no effect with "
        f"{variable('kafka_security_protocol')}={protocol}: that takes {' or '.join(protocols)}"
        for protocols, fields in groups
        if protocol not in protocols
        for field in fields
        if getattr(settings, field)
    ]


def _context(settings: Settings, faults: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = settings.kafka_check_hostname
    if settings.kafka_ca_file:
        try:
            context.load_verify_locations(cafile=settings.kafka_ca_file)
        except ssl.SSLError:
            faults.append(f"{_given(settings, 'kafka_ca_file')} has no certificate in PEM format")
        except OSError as error:
            faults.append(f"{_given(settings, 'kafka_ca_file')}: {error.strerror}")
    else:
        context.load_default_certs()
    certificate, key = settings.kafka_certificate_file, settings.kafka_key_file
    if bool(certificate) != bool(key):
        have, lack = ("kafka_certificate_file", "kafka_key_file")[:: 1 if certificate else -1]
        faults.append(f"{variable(have)} needs {variable(lack)} beside it")
    elif certificate:
        missing = [
            f"{_given(settings, field)}: there is no such file that can be read"
            for field in ("kafka_certificate_file", "kafka_key_file")
            if not _readable(Path(getattr(settings, field)))
        ]
        faults += missing
        if not missing:
            _load_own(context, settings, faults)
    return context


def _load_own(context: ssl.SSLContext, settings: Settings, faults: list[str]) -> None:
    try:
        context.load_cert_chain(
            settings.kafka_certificate_file,
            settings.kafka_key_file,
            # Without a function, OpenSSL would ask for the password on the terminal.
            password=settings.kafka_key_password.reveal,
        )
    except ssl.SSLError as error:
        why = error.reason or "no PEM format, or another password"
        if error.reason == "KEY_VALUES_MISMATCH":
            why = "the key belongs to another certificate"
        faults.append(
            f"{_given(settings, 'kafka_certificate_file')} and "
            f"{_given(settings, 'kafka_key_file')} cannot be used together ({why}): both are in "
            f"PEM format, and {variable('kafka_key_password')} opens a key that has a password"
        )


def _login(settings: Settings, faults: list[str]) -> TokenOf | None:
    """Check what SASL needs; return what makes tokens, if the mechanism takes them."""
    mechanism = settings.kafka_sasl_mechanism
    password, provider = settings.kafka_sasl_password, settings.kafka_sasl_token_provider
    needed = {
        "kafka_sasl_username": settings.kafka_sasl_username,
        "kafka_sasl_password": password,
    }
    barred: dict[str, object] = {"kafka_sasl_token_provider": provider}
    if mechanism == _OAUTH:
        needed, barred = {"kafka_sasl_token_provider": provider}, dict(needed)
    if not mechanism:
        faults.append(
            f"{variable('kafka_security_protocol')}={settings.kafka_security_protocol} needs "
            f"{variable('kafka_sasl_mechanism')}"
        )
        return None
    mine = f"{variable('kafka_sasl_mechanism')}={mechanism}"
    faults += [f"{mine} needs {variable(field)}" for field, value in needed.items() if not value]
    faults += [
        f"{variable(field)} has no effect with {mine}" for field, value in barred.items() if value
    ]
    if mechanism != _OAUTH or not provider:
        return None
    try:
        return _tokens_of(provider)
    except SecurityError as error:
        faults.append(f"{_given(settings, 'kafka_sasl_token_provider')}: {error}")
        return None


def _tokens_of(provider: str) -> TokenOf:
    """Call a factory ``package.module:factory``; what it returns is called for each token."""
    module, _, name = provider.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except Exception as error:
        raise SecurityError(f"{type(error).__name__}: {error}") from error
    if not callable(made):
        raise SecurityError(
            Phrase(
                "the factory returned a {name}, which cannot be called", name=type(made).__name__
            )
        )

    def token() -> str:
        # A secret, so that it is hidden wherever a client would show it.
        return Secret(str(made())).reveal()

    return token


def _readable(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


def _given(settings: Settings, field: str) -> str:
    return f"{variable(field)}={getattr(settings, field)!r}"
