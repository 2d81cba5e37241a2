"""Settings from the environment, each also from a file named by `NAME_FILE`. Read once, at start."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv

from framework.errors import CommandError
from i18n.lazy import msg

_DEFAULTS = {
    "DATA_DIR": "var",
    "BASE_URL": "",
    "DATABASE_URL": "",
    "READ_DATABASE_URL": "",
    "FILES_URL": "",
    "SECRET_KEY": "",
    "ADMIN_PASSWORD": "",
    "LOG": "info",
    # Requests of one person in a minute: a script that ran wild is stopped, people and sound integrations never are.
    "LIMITS_REQUESTS": "6000",
    # How many proxies stand in front: so many of the addresses that X-Forwarded-For names last are believed.
    "PROXIES": "0",
    "MAIL_URL": "",
    "MAIL_FROM": "",
    "ENVIRONMENT": "",
}
_ORIGIN = re.compile(r"https?://(?:\[::1\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?")
_SHORTEST_SECRET = 32
_LONGEST_ENVIRONMENT = 24
DEMO_SIGN_IN = "demo-sign-in.txt"
"""The file of the data folder that tells how to sign in as the people of demo data; it is there as long as they are."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides.

    `base_url` empty: a loopback server for development; `requests_a_minute` 0: no limit; `proxies` stand in front of
    the server and tell where a request comes from; without `mail_url` no e-mail is sent; `environment` names an
    installation that is not the real one.
    """

    data_dir: Path
    database_url: str
    read_database_url: str | None
    secret_key: str = field(repr=False)
    base_url: str
    admin_password: str | None = field(repr=False)
    log: str
    own_files_url: str | None = field(default=None, repr=False)
    requests_a_minute: int = 0
    proxies: int = 0
    mail_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    environment: str | None = None

    @property
    def files_url(self) -> str:
        """Where the content of files lies: below the data folder unless another place was given."""
        return self.own_files_url or (self.data_dir.resolve() / "files").as_uri()

    @property
    def secure(self) -> bool:
        """Whether people reach the server over https."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that requests may name."""
        named = urlsplit(self.base_url).hostname
        return LOOPBACK if named is None else frozenset({named}) | (LOOPBACK if named in LOOPBACK else frozenset())

    @property
    def cookie(self) -> str:
        """The name of the session cookie."""
        return "__Host-armature_session" if self.secure else "armature_session"


def read_settings() -> Settings:
    """The settings of this process. Raises CommandError that names every faulty variable at once."""
    given = _given()
    folder, address = Path(given["DATA_DIR"]), _base_url(given["BASE_URL"].rstrip("/"))
    return Settings(
        folder,
        given["DATABASE_URL"] or f"sqlite:///{folder / 'armature.db'}",
        given["READ_DATABASE_URL"] or None,
        _secret_key(given["SECRET_KEY"], address, folder),
        address,
        given["ADMIN_PASSWORD"] or None,
        given["LOG"],
        given["FILES_URL"] or None,
        _limit(given["LIMITS_REQUESTS"], address),
        int(given["PROXIES"]),
        given["MAIL_URL"] or None,
        given["MAIL_FROM"] or None,
        given["ENVIRONMENT"] or None,
    )


def _given() -> dict[str, str]:
    """What each variable, or the file that it names, holds."""
    env = FileAwareEnv(prefix="ARMATURE_", strip_whitespace=True)
    given: dict[str, str] = {}
    faults: list[str] = []
    for name, default in _DEFAULTS.items():
        try:
            given[name] = env.str(name, default, validate=_CHECKS.get(name, _text))
        except UnicodeError:
            faults.append(f"ARMATURE_{name} is no UTF-8 text")
        except (EnvValidationError, ValueError, OSError) as error:
            faults.append(f"ARMATURE_{name}: {error}")
    if faults:
        raise CommandError(msg("Settings are wrong: %(what)s", what="; ".join(faults)))
    return given


def _text(text: str) -> None:
    text.encode()
    if "\0" in text:
        message = "it holds the character NUL"
        raise ValueError(message)


def _level(text: str) -> None:
    if text not in {"debug", "info", "warning", "error"}:
        message = "use debug, info, warning or error"
        raise ValueError(message)


def _store(text: str) -> None:
    if text and "://" not in text:
        message = "use an address such as s3://bucket/folder or file:///folder"
        raise ValueError(message)


def _number(text: str) -> None:
    if not re.fullmatch(r"[0-9]{1,7}", text):
        message = "use a whole number, such as 6000"
        raise ValueError(message)


def _proxies(text: str) -> None:
    if not re.fullmatch(r"[0-9]", text):
        message = "use the number of proxies in front of the server, such as 1"
        raise ValueError(message)


def _mail(text: str) -> None:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        message = "use an address such as smtps://user:password@mail.example.com or smtp://localhost:25"
        raise ValueError(message)


def _mail_from(text: str) -> None:
    _text(text)
    if text and ("@" not in text or not text.isprintable()):
        message = "use an e-mail address such as crm@example.com"
        raise ValueError(message)


def _environment(text: str) -> None:
    _text(text)
    if len(text) > _LONGEST_ENVIRONMENT or not text.isprintable():
        message = f"use a word of at most {_LONGEST_ENVIRONMENT} characters, such as Staging"
        raise ValueError(message)


_CHECKS = {
    "LOG": _level,
    "FILES_URL": _store,
    "MAIL_URL": _mail,
    "MAIL_FROM": _mail_from,
    "ENVIRONMENT": _environment,
    "LIMITS_REQUESTS": _number,
    "PROXIES": _proxies,
}


def _limit(text: str, base_url: str) -> int:
    """Requests of one person in a minute. Raises CommandError for none at all on a server that others reach."""
    if not int(text) and base_url and urlsplit(base_url).hostname not in LOOPBACK:
        raise CommandError(msg("ARMATURE_LIMITS_REQUESTS=0 is for a loopback server; give requests a minute"))
    return int(text)


def _base_url(text: str) -> str:
    if text and not _ORIGIN.fullmatch(text):
        raise CommandError(
            msg("ARMATURE_BASE_URL is no address of a server; give https and its name, as in https://crm.example.com")
        )
    parts = urlsplit(text)
    if text and parts.hostname not in LOOPBACK and parts.scheme != "https":
        raise CommandError(msg("ARMATURE_BASE_URL must begin with https:// for a server that others reach"))
    return text


def _secret_key(given: str, base_url: str, data_dir: Path) -> str:
    """The given key; a loopback server makes its own and keeps it under the data folder."""
    if given:
        if len(given) < _SHORTEST_SECRET or "secret" in given.lower() or "change" in given.lower():
            raise CommandError(msg("ARMATURE_SECRET_KEY is short or a sample; give 32 random characters or more"))
        return given
    if base_url and urlsplit(base_url).hostname not in LOOPBACK:
        raise CommandError(msg("ARMATURE_SECRET_KEY is missing; give 32 random characters or more"))
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            temporary = data_dir / f".secret-key-{secrets.token_hex(4)}"
            temporary.touch(mode=0o600)
            temporary.write_text(secrets.token_urlsafe(48), encoding="utf-8")
            with suppress(FileExistsError):  # two first starts at once agree on one key
                os.link(temporary, path)
            temporary.unlink()
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(
            msg("ARMATURE_DATA_DIR (%(path)s) cannot be written: %(why)s", path=str(data_dir), why=error.strerror or "")
        ) from None
