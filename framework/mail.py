"""Sends e-mail by the server of ARMATURE_MAIL_URL; plain text, one recipient, nothing of a record in it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from framework.errors import UnavailableError
from i18n.lazy import msg

if TYPE_CHECKING:
    from framework.settings import Settings

_PATIENCE_S = 20
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mailer:
    """The way out; `url` is `smtp://` (encrypted as soon as the server offers it) or `smtps://`."""

    url: str = field(repr=False)
    sender: str

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one message to the server. Raises UnavailableError where that fails, so that it is tried again."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message.set_content(text)
        try:
            self._send(message)
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(msg("The e-mail server cannot be reached just now")) from error

    def _send(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_PATIENCE_S)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def mailer_of(settings: Settings) -> Mailer | None:
    """The way out that the settings name; None where no e-mail is sent."""
    if settings.mail_url is None:
        return None
    host = urlsplit(settings.base_url).hostname or "localhost"
    return Mailer(settings.mail_url, settings.mail_from or f"armature@{host}")
