"""Sends somebody the link by which they set their password: who was invited, or who forgot it.

The link is made when it is sent, so none lies in the queue; and as much is done, as long, for an address that nobody
here has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework.auth import system
from framework.jobs.kinds import Kind
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from framework.auth import Invited, Links
    from framework.context import Context
    from framework.jobs.kinds import Work
    from framework.mail import Mailer
    from i18n.catalog import Translator

NAME = "link_mail"
LINK_PATH = "/link/"
_SUBJECTS = {True: msg("You are invited to %(site)s"), False: msg("Set a new password for %(site)s")}
_TEXTS = {
    True: msg(
        "Good day %(name)s,\n\n%(site)s has a place for you. Open this address within half an hour and set your "
        "password:\n\n%(url)s\n\nIf it is too late, ask for a new link at %(again)s\n"
    ),
    False: msg(
        "Good day %(name)s,\n\nsomebody, hopefully you, asked for a new password at %(site)s. Open this address within "
        "half an hour and set it:\n\n%(url)s\n\nIf it was not you, do nothing: your password stays as it is.\n"
    ),
}


def link_mail(links: Links, mailer: Mailer | None) -> Kind:
    """The kind of job; without a way out it is never asked for."""

    def run(work: Work) -> None:
        found = links.invited(work.payload["email"])
        if found is not None and mailer is not None:
            subject, text = _message(work, found, work.payload["base"], links.make(found.id))
            mailer.send(found.email, subject, text)

    return Kind(NAME, run, title=_title)


def _message(work: Work, who: Invited, base: str, secret: str) -> tuple[str, str]:
    snapshot = work.engine.runtime.snapshot(system(work.database, "sends a link").revision)
    words = work.engine.runtime.words(snapshot).translator(who.locale or snapshot.site.locale)
    values = {
        "name": who.name,
        "site": snapshot.site.name,
        "url": f"{base}{LINK_PATH}{secret}",
        "again": f"{base}/forgotten",
    }
    told = (msg(one[who.new].msgid, **values) for one in (_SUBJECTS, _TEXTS))
    subject, text = (words.text(one) for one in told)
    return " ".join(subject.split()), text


def _title(_known: Context, _payload: Mapping[str, Any], _total: int | None, words: Translator) -> str:
    return words.text(msg("Send a link for setting a password"))
