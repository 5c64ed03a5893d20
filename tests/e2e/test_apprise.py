"""Alerts through Apprise, where it is installed: by e-mail, and by one of its HTTP channels."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_string, policy
from typing import ClassVar

import pytest

from agents.alerting.sinks.apprise import AppriseError, AppriseSink
from agents.alerting.sinks.base import RejectedError, RetryableError
from agents.secret import Secret
from support.alert_examples import BRAND, MARQUE, heads_up, transition
from support.http_channel import HttpChannel
from support.notifying import Told
from support.slack_server import Fault
from support.waiting import PATIENCE_S

pytest.importorskip("apprise")


class Smtp(socketserver.StreamRequestHandler):
    """As much of an SMTP server as takes an e-mail. ``refuses``: what it answers to a recipient."""

    mails: ClassVar[list[str]] = []
    refuses: ClassVar[str] = ""

    def handle(self) -> None:
        self.say("220 mail.example")
        while command := self.rfile.readline().decode().strip():
            verb = command.split(" ")[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                Smtp.mails.append("".join(lines))
            elif verb == "RCPT" and Smtp.refuses:
                self.say(Smtp.refuses)
                continue
            self.say("221 bye" if verb == "QUIT" else "250 yes")
            if verb == "QUIT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def smtp() -> Iterator[int]:
    Smtp.mails.clear()
    Smtp.refuses = ""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join(timeout=PATIENCE_S)


def mail(port: int) -> AppriseSink:
    return AppriseSink(
        Secret(f"mailto://127.0.0.1:{port}/?from=tocsin@acme.example&to=ana@acme.example")
    )


def test_an_alert_comes_by_e_mail_with_all_that_it_says(smtp: int) -> None:
    assert Told(mail(smtp)).deliver(transition(), MARQUE) == "posted"
    [raw] = Smtp.mails
    read = message_from_string(raw, policy=policy.default)
    assert "Nestlé : grave (8/10)" in str(read["Subject"]).replace("\xa0", " ")
    body = read.get_body()
    assert body is not None
    text = body.get_content().replace("\xa0", " ")
    assert "Peut-on attendre" in text
    assert "That video about palm oil" in text


def test_a_mail_server_that_takes_no_mail_is_asked_again(smtp: int) -> None:
    Smtp.refuses = "450 later"
    with pytest.raises(RetryableError):
        Told(mail(smtp)).deliver(transition(), BRAND)
    assert Smtp.mails == []


def test_what_only_changes_a_message_is_not_sent(smtp: int) -> None:
    alerts = Told(mail(smtp))
    alerts.deliver(heads_up(), BRAND)
    assert alerts.deliver(heads_up(seq=1, reason="passed_on"), BRAND) == "quiet"
    assert len(Smtp.mails) == 1


def test_a_channel_that_is_gone_is_told_from_one_that_is_away() -> None:
    with HttpChannel() as channel:
        sink = AppriseSink(Secret(f"json://127.0.0.1:{channel.port}/hook"))
        channel.faults.append(Fault("status", status=404))
        with pytest.raises(RejectedError, match="http_404"):
            Told(sink).deliver(transition(), BRAND)


@pytest.mark.parametrize("url", ["nothing://at/all", "", "tgram://"])
def test_an_address_of_no_channel_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(AppriseError) as caught:
        AppriseSink(Secret(url))
    assert not url or url not in str(caught.value)
