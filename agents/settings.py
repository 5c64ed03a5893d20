"""The one place that reads the environment. Everything below gets its settings handed in."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec import inspect as mi

from agents.secret import HIDDEN, Password, Secret, hide
from pipeline.phrase import Phrase, phrases, said_by
from pipeline.sentiment.api import SHIPPED_SCORER

PREFIX = "TOCSIN_"


class Settings(Struct, frozen=True, kw_only=True):
    """Infrastructure and secrets, from variables named ``TOCSIN_`` + the field in capitals.

    The tokens keep the names their vendors use: ``SLACK_BOT_TOKEN``, ``SLACK_APP_TOKEN``,
    ``X_BEARER_TOKEN``, ``X_USER_TOKEN`` and ``MASTODON_ACCESS_TOKEN``. They are secrets, which
    nothing shows (``agents.secret``). Each secret may stand in a file, which the variable with
    ``_FILE`` behind its name names.
    """

    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_ca_file: str = ""
    kafka_certificate_file: str = ""
    kafka_key_file: str = ""
    kafka_key_password: Password = Password()
    kafka_check_hostname: bool = True
    kafka_sasl_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = ""
    kafka_sasl_username: str = ""
    kafka_sasl_password: Password = Password()
    kafka_sasl_token_provider: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*)?\Z",
            description="a factory such as package.module:factory",
        ),
    ] = ""
    topic_prefix: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9._-]{0,100}\Z",
            description="made of at most 100 letters, digits, '.', '_' and '-'",
        ),
    ] = ""
    partitions: Annotated[int, Meta(ge=1, le=1000)] = 8
    replication: Annotated[int, Meta(ge=1, le=10)] = 1
    bucket_s: Annotated[int, Meta(ge=1, le=3600)] = 10
    lateness_s: Annotated[int, Meta(ge=0, le=3600)] = 5
    horizon_s: Annotated[int, Meta(ge=0, le=600)] = 600
    future_s: Annotated[int, Meta(ge=0, le=3600)] = 60
    ahead_s: Annotated[int, Meta(ge=1, le=3600)] = 60
    blind_after_s: Annotated[int, Meta(ge=1, le=86400)] = 60
    blind_alert_s: Annotated[int, Meta(ge=0, le=86400)] = 300
    weak_labels_per_hour: Annotated[int, Meta(ge=0, le=600)] = 0
    reader_share: Annotated[float, Meta(ge=0, le=1)] = 0.2
    lang: Literal["", "en", "fr"] = ""
    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    metrics_host: str = "127.0.0.1"
    page_host: str = "127.0.0.1"
    page_port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    page_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[A-Za-z0-9.\-\[\]:]+)?\Z",
            description="an address without a path, such as https://tocsin.example.com",
        ),
    ] = ""
    page_user_header: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z][A-Za-z0-9-]*)?\Z",
            description="the name of an HTTP header, such as X-Forwarded-User",
        ),
    ] = ""
    page_store: Password = Password()
    page_keep_days: Annotated[int, Meta(ge=1, le=400)] = 30
    page_tokens_file: str = ""
    playbook_dir: str = ""
    library_dir: str = ""
    scorer: Annotated[
        str,
        Meta(
            pattern=rf"^({SHIPPED_SCORER}|[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*)\Z",
            description=f"{SHIPPED_SCORER}, or a factory such as package.module:factory",
        ),
    ] = SHIPPED_SCORER
    spool_dir: str = ".cache/spool"
    spool_bytes: Annotated[int, Meta(ge=1_000_000)] = 1_000_000_000
    x_base_url: str = "https://api.x.com"
    x_owner: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z",
            description="a name of up to 32 letters, digits, '.', '_' and '-'",
        ),
    ] = "tocsin"
    x_rules: Literal["manage", "look"] = "manage"
    x_rules_cap: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    x_rule_characters: Annotated[int, Meta(ge=256, le=4096)] = 1024
    x_connections: Annotated[int, Meta(ge=1, le=2)] = 1
    x_backfill_minutes: Annotated[int, Meta(ge=0, le=5)] = 0
    x_recover: Literal["off", "search", "stream"] = "off"
    x_counts: Literal["off", "start", "hourly"] = "start"
    x_counts_times: Annotated[float, Meta(gt=0, le=100)] = 1.4
    x_posts_a_day: Annotated[int, Meta(ge=0)] = 0
    x_posts_a_month: Annotated[int, Meta(ge=0)] = 0
    x_usd_a_day: Annotated[float, Meta(ge=0)] = 0.0
    x_usd_a_month: Annotated[float, Meta(ge=0)] = 0.0
    x_when_spent: Literal["stop", "go_on"] = "stop"
    bluesky_hosts: Annotated[
        str,
        Meta(
            pattern=r"^wss?://[A-Za-z0-9.\-\[\]:]+(,wss?://[A-Za-z0-9.\-\[\]:]+)*\Z",
            description="addresses without a path, such as wss://jetstream.example, and commas",
        ),
    ] = (
        "wss://jetstream2.us-east.bsky.network,wss://jetstream1.us-east.bsky.network,"
        "wss://jetstream2.us-west.bsky.network,wss://jetstream1.us-west.bsky.network"
    )
    mastodon_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+\Z",
            description="an address without a path, such as https://mastodon.example",
        ),
    ] = "https://mastodon.social"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Meta(ge=0, le=65535)] = 8090
    slack_base_url: str = "https://slack.com/api/"
    traces: Literal["off", "otlp"] = "off"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    slack_bot_token: Secret = Secret()
    slack_app_token: Secret = Secret()
    x_bearer_token: Secret = Secret()
    x_user_token: Secret = Secret()
    mastodon_access_token: Secret = Secret()
    http_secret: Secret = Secret()

    def __repr__(self) -> str:
        """Without the secrets: a repr ends up in logs."""
        return f"Settings(kafka_bootstrap={self.kafka_bootstrap!r}, partitions={self.partitions})"


VENDOR_NAMES = {
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_app_token": "SLACK_APP_TOKEN",
    "x_bearer_token": "X_BEARER_TOKEN",
    "x_user_token": "X_USER_TOKEN",
    "mastodon_access_token": "MASTODON_ACCESS_TOKEN",
}


FILE = "_FILE"
"""Stands behind the name of a secret's variable, for that of a file that holds it."""


class SettingsError(ValueError):
    """All faults of the environment at once, one a line."""


def variable(field: str) -> str:
    """Name of the environment variable for a field of ``Settings``."""
    return VENDOR_NAMES.get(field, PREFIX + field.upper())


def _is_secret(kind: Any) -> bool:  # noqa: ANN401 - the type of a field
    return isinstance(kind, type) and issubclass(kind, Secret)


def _from_file(name: str, path: str, kind: type[Secret], environ: Mapping[str, str]) -> Secret:
    if environ.get(name):
        raise ValueError(
            Phrase("{name} and {name}_FILE are both set, and only one of them can hold", name=name)
        )
    try:
        return kind.read(Path(path))
    except ValueError as error:
        raise ValueError(Phrase("{name}: {why}", name=name + FILE, why=said_by(error))) from None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Build ``Settings`` from an environment, or raise ``SettingsError`` with every fault.

    >>> read_settings({"TOCSIN_PARTITIONS": "3"}).partitions
    3
    >>> read_settings({"TOCSIN_PARTITIONS": "many"})
    Traceback (most recent call last):
        ...
    agents.settings.SettingsError: TOCSIN_PARTITIONS='many' is not a whole number from 1 to 1000
    >>> read_settings({"TOCSIN_BUCKETS": "3"})
    Traceback (most recent call last):
        ...
    agents.settings.SettingsError: TOCSIN_BUCKETS: no such setting. Did you mean TOCSIN_BUCKET_S?
    """
    values: dict[str, Any] = {}
    faults: list[Phrase] = []
    known = {variable(field.name): field for field in msgspec.structs.fields(Settings)}
    files = {f"{name}{FILE}": name for name, field in known.items() if _is_secret(field.type)}
    from_files = {name: environ[named] for named, name in files.items() if named in environ}
    for name, path in from_files.items():
        field = known[name]
        try:
            values[field.name] = _from_file(name, path, field.type, environ)
        except ValueError as error:
            faults.append(Phrase("{why}", why=said_by(error)))
    given = {name: known[name] for name in known if name in environ and name not in from_files}
    for name, field in given.items():
        try:
            if _is_secret(field.type):
                values[field.name] = field.type(field.type.clean(environ[name]))
            else:
                values[field.name] = msgspec.convert(environ[name], field.type, strict=False)
        except msgspec.ValidationError:
            faults.append(
                Phrase(
                    "{name}={value!r} is not {wanted}",
                    name=name,
                    value=environ[name],
                    wanted=_wanted(mi.type_info(field.type)),
                )
            )
        except ValueError as error:
            faults.append(Phrase("{name}: {why}", name=f"{name}={HIDDEN}", why=said_by(error)))
    faults.extend(
        Phrase("{name}: no such setting. {meant}", name=name, meant=_meant(name, known | files))
        for name in environ
        if name.startswith(PREFIX) and name not in known | files
    )
    if faults:
        # A token that was pasted beside its name is a secret, too.
        raise SettingsError(phrases("\n", map(_hidden, faults)))
    return Settings(**values)


def _hidden(said: Any) -> Any:  # noqa: ANN401 - what fills a phrase
    """Take secrets out of what fills a phrase."""
    if isinstance(said, Phrase):
        return Phrase(said.template, **{key: _hidden(one) for key, one in said.fields.items()})
    return hide(said) if isinstance(said, str) else said


def _meant(name: str, known: Iterable[str]) -> Phrase:
    """What was meant by a name that no setting has; all there are where nothing is near."""
    if close := get_close_matches(name, known, cutoff=0.8):
        return Phrase("Did you mean {close}?", close=phrases(Phrase(" or "), close))
    return Phrase("Known are {known}", known=", ".join(sorted(known)))


def _wanted(kind: mi.Type) -> Phrase:
    """What a setting has to be, in words.

    >>> _wanted(mi.type_info(Annotated[float, Meta(ge=0, le=1)]))
    'a number from 0 to 1'
    >>> _wanted(mi.type_info(Annotated[int, Meta(ge=5)]))
    'a whole number of at least 5'
    >>> _wanted(mi.type_info(Literal["INFO", "DEBUG"]))
    'one of DEBUG, INFO'
    """
    if isinstance(kind, mi.Metadata):
        described = (kind.extra_json_schema or {}).get("description")
        return Phrase(str(described)) if described else _wanted(kind.type)
    if isinstance(kind, mi.LiteralType):
        known = ", ".join(str(value) for value in kind.values if value)
        return Phrase("one of {known}", known=known)
    if isinstance(kind, mi.BoolType):
        return Phrase("true or false")
    if isinstance(kind, mi.IntType | mi.FloatType):
        whole = isinstance(kind, mi.IntType)
        number = Phrase("a whole number") if whole else Phrase("a number")
        if kind.ge is not None and kind.le is None:
            number = Phrase("{number} of at least {least}", number=number, least=kind.ge)
        elif kind.ge is not None:
            most = kind.le
            number = Phrase(
                "{number} from {least} to {most}", number=number, least=kind.ge, most=most
            )
        return number
    return Phrase("text")
