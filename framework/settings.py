"""Settings from the environment, each also from a file named by `NAME_FILE`. Read once, at start."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv

from framework.errors import CommandError
from i18n.lazy import msg

_SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides. `base_url` empty: a loopback server for development."""

    data_dir: Path
    database_url: str
    read_database_url: str | None
    secret_key: str = field(repr=False)
    base_url: str
    admin_password: str | None = field(repr=False)
    log: str

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
    env = FileAwareEnv(eager=False, prefix="ARMATURE_", strip_whitespace=True)
    data_dir = env.str("DATA_DIR", "var")
    base_url = env.str("BASE_URL", "")
    url, read_url = env.str("DATABASE_URL", ""), env.str("READ_DATABASE_URL", "")
    secret, password = env.str("SECRET_KEY", ""), env.str("ADMIN_PASSWORD", "")
    log = env.str("LOG", "info", validate=_level)
    try:
        env.seal()
    except (EnvValidationError, ValueError, OSError) as error:
        raise CommandError(msg("Settings are wrong: %(what)s", what=str(error))) from None
    folder, address = Path(data_dir), _base_url(base_url.rstrip("/"))
    return Settings(
        folder,
        url or f"sqlite:///{folder / 'armature.db'}",
        read_url or None,
        _secret_key(secret, address, folder),
        address,
        password or None,
        log,
    )


def _level(text: str) -> None:
    if text not in {"debug", "info", "warning", "error"}:
        message = "use debug, info, warning or error"
        raise ValueError(message)


def _base_url(text: str) -> str:
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
