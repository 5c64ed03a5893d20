"""Sinks out of the receivers of a routes file: the one place that knows which kinds there are."""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from agents.alerting.address import Address, AddressError
from agents.alerting.routing.load import RouteFaultsError, load_routes
from agents.alerting.routing.model import Receiver, Routes
from agents.alerting.sinks.alertmanager import AlertmanagerSink
from agents.alerting.sinks.apprise import AppriseError, AppriseSink
from agents.alerting.sinks.base import Sink
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.picture import Draw, NoPicturesError, open_drawing
from agents.alerting.sinks.slack.sink import SlackSink
from agents.alerting.sinks.webhook import WebhookSink
from agents.cli.language.say import in_words, say
from agents.secret import Password, Renewed, Secret
from agents.settings import FILE, Settings
from schemas.brand import Brand

routes_option = click.option(
    "--routes",
    "routes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML of who is told of what, when and how loudly (see tocsin check --routes).",
)


log = logging.getLogger(__name__)


class ReceiverError(ValueError):
    """A receiver cannot be used: its name, and why."""


def routes_or_exit(path: Path, brands: Mapping[str, Brand]) -> Routes:
    """Read a routes file; say all its faults and end with exit code 1 if there are any."""
    try:
        return load_routes(path.read_text(encoding="utf-8"), str(path), tuple(brands))
    except RouteFaultsError as error:
        raise click.ClickException(
            say("the routes file has faults:\n{faults}", faults=error)
        ) from error


class Receivers:
    """Makes sinks by the names of receivers.

    ``refused`` is told of what Slack refuses. ``default_channel``: of Slack, for brands without
    one.
    """

    def __init__(
        self,
        routes: Routes,
        settings: Settings,
        screen: Console,
        *,
        default_channel: str = "",
        refused: Callable[[str], None] = lambda _code: None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.routes = routes
        self._settings = settings
        self._screen = screen
        self._default_channel = default_channel
        self._refused = refused
        self._environ = environ

    @property
    def channel(self) -> str:
        """The first channel of Slack that the routes name; empty where they name none."""
        return next((one.channel for one in self.routes.receivers if one.channel), "")

    def all_or_exit(self) -> list[Sink]:
        """Make each of them once; say all that is wrong and end with exit code 1 otherwise."""
        made: list[Sink] = []
        faults: list[str] = []
        for receiver in self.routes.receivers:
            try:
                made.append(self.make(receiver.name))
            except ReceiverError as error:
                faults.append(in_words(error))
        if faults:
            raise click.ClickException("\n".join(faults))
        return made

    def make(self, name: str) -> Sink:
        """Return a sink of its own for a receiver.

        Raises:
            ReceiverError: a token, an address or a library is missing, or wrong.
        """
        receiver = self.routes.receiver(name)
        try:
            return self._sink(receiver)
        except (AddressError, AppriseError) as error:
            raise ReceiverError(f"receiver {name}: {error}") from error

    def _sink(self, receiver: Receiver) -> Sink:
        if receiver.kind == "slack":
            return self._slack(receiver)
        if receiver.kind == "console":
            return ConsoleSink(self._screen, name=receiver.name)
        if receiver.kind == "apprise":
            return AppriseSink(self._secret(receiver, receiver.url_from), name=receiver.name)
        url = receiver.url or self._secret(receiver, receiver.url_from).reveal()
        if receiver.kind == "webhook":
            secret = self._secret(receiver, receiver.secret_from)
            return WebhookSink(Address(url), secret, now=_now, name=receiver.name)
        page = self._settings.page_url
        return AlertmanagerSink(Address(url), now=_now, name=receiver.name, page=page)

    def _slack(self, receiver: Receiver) -> Sink:
        settings = self._settings
        if not settings.slack_bot_token:
            raise ReceiverError(f"receiver {receiver.name} needs SLACK_BOT_TOKEN")
        return SlackSink(
            SlackApi(Renewed(settings.slack_bot_token), settings.slack_base_url),
            default_channel=self._default_channel,
            with_buttons=bool(settings.slack_app_token),
            refused=self._refused,
            receiver=receiver.name,
            channel=receiver.channel,
            draw=drawing(),
        )

    def _secret(self, receiver: Receiver, variable: str) -> Secret:
        value, file = (self._environ.get(name, "").strip() for name in (variable, variable + FILE))
        if value and file:
            raise ReceiverError(
                f"receiver {receiver.name}: {variable} and {variable}{FILE} are both set; take one"
            )
        if file:
            try:
                return Password.read(Path(file))
            except ValueError as error:
                raise ReceiverError(
                    f"receiver {receiver.name}: {variable}{FILE}: {error}"
                ) from error
        if not value:
            raise ReceiverError(
                f"receiver {receiver.name} needs the variable {variable} in the environment, or "
                f"{variable}{FILE}, which names a file that holds it"
            )
        return Secret(value)


def drawing() -> Draw | None:
    """Return what draws charts for Slack; None where the optional extra is not installed."""
    try:
        return open_drawing()
    except NoPicturesError as error:
        log.info("charts go to Slack as text alone: %s", error)
        return None


def _now() -> datetime:
    return datetime.now(UTC)
