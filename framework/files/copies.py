"""A copy of a local store in one archive beside a backup, and back: each content is proved by its hash."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from typing import IO, TYPE_CHECKING

from framework.errors import CommandError
from i18n.lazy import msg

if TYPE_CHECKING:
    from pathlib import Path

    from framework.files.store import Store


def beside(file: Path) -> Path:
    """Where the files of a backup lie."""
    return file.with_name(f"{file.name}.files")


def pack(store: Store, file: Path) -> int:
    """Write all content of a local store into an archive and give how many there were. Raises CommandError."""
    folder = store.folder
    names = sorted(_contents(folder)) if folder is not None else []
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with part.open("xb") as out, tarfile.open(fileobj=out, mode="w") as archive:
            part.chmod(0o600)
            for path in names:
                _add(archive, path)
        part.replace(file)
    except (OSError, tarfile.TarError) as error:
        raise CommandError(msg("%(path)s: %(why)s", path=str(file), why=str(error))) from None
    finally:
        part.unlink(missing_ok=True)
    return len(names)


def unpack(store: Store, file: Path) -> int:
    """Put the content of an archive back into a store and give how many there were; what is there stays.

    Raises CommandError for an archive that is none, or holds what is not what its name says.
    """
    count = 0
    try:
        with tarfile.open(file, mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is None:
                    raise _damaged(file)
                _put_back(store, member.name, content, file)
                count += 1
    except (OSError, tarfile.TarError) as error:
        raise CommandError(msg("%(path)s: %(why)s", path=str(file), why=str(error))) from None
    return count


def _contents(folder: Path) -> list[Path]:
    # What is made of content can be made again, and has another depth.
    return [path for path in folder.glob("??/??/*") if path.is_file() and path.name[:2] == path.parent.parent.name]


def _add(archive: tarfile.TarFile, path: Path) -> None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return  # swept meanwhile: nothing names it
    told = tarfile.TarInfo(path.name)
    told.size = len(content)
    archive.addfile(told, io.BytesIO(content))


def _put_back(store: Store, name: str, content: IO[bytes], file: Path) -> None:
    if hashlib.file_digest(content, "sha256").hexdigest() != name:  # type: ignore[arg-type]
        raise _damaged(file)
    store.keep(content, name)


def _damaged(file: Path) -> CommandError:
    return CommandError(msg("%(file)s is damaged: a file in it is not what its name says", file=str(file)))
