"""The store: content under its SHA-256, written once and never overwritten."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore.store
from obstore.exceptions import AlreadyExistsError, BaseError

from framework.errors import UnavailableError
from framework.files.content import media_type
from framework.files.images import thumbnail
from i18n.lazy import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

# A file travels through memory once, on its way to the store.
MOST_BYTES = 50_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_THUMBNAILS = "thumbnails"
_FAILED = (BaseError, OSError)


@dataclass(frozen=True, slots=True)
class Received:
    """What is known of content without keeping it: its hash, media type and size in bytes."""

    hash: str
    type: str
    size: int


class Store:
    """A place for content, given by an address: `file:///…`, `memory:///`, `s3://bucket/prefix` and the like."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing is opened."""
        self.url = url

    @property
    def folder(self) -> Path | None:
        """Where a local store lies; None for one that somebody else keeps."""
        parts = urlsplit(self.url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    @cached_property
    def _objects(self) -> obstore.store.ObjectStore:
        try:
            if self.folder is not None:
                return obstore.store.LocalStore(self.folder, mkdir=True)
            return obstore.store.from_url(self.url)
        except (*_FAILED, ValueError) as error:
            # What the library says may repeat the address with its secrets.
            raise UnavailableError(msg("The store of ARMATURE_FILES_URL cannot be opened")) from error

    def look_at(self, stream: IO[bytes], name: str) -> Received:
        """What a stream holds; it is not kept. Raises TooManyPixelsError."""
        stream.seek(0)
        digest, size = hashlib.sha256(), 0
        while part := stream.read(1024 * 1024):
            digest.update(part)
            size += len(part)
        return Received(digest.hexdigest(), media_type(stream, name), size)

    def keep(self, stream: IO[bytes], digest: str) -> None:
        """Keep content under its hash, if it is not there. Raises UnavailableError."""
        stream.seek(0)
        self._put(_path(digest), stream.read())

    def parts_of(self, digest: str) -> Iterator[bytes]:
        """The content in parts. Raises FileNotFoundError, at once, where there is none; UnavailableError."""
        try:
            found = self._objects.get(_path(digest))
        except FileNotFoundError:
            raise
        except _FAILED as error:
            raise _out_of_reach() from error
        return (bytes(part) for part in found.stream())

    def thumbnail(self, digest: str) -> bytes:
        """A small picture of the content, made at the first call and kept.

        Raises FileNotFoundError where there is none, or none can be made.
        """
        place = f"{_THUMBNAILS}/{_path(digest)}"
        try:
            return bytes(self._objects.get(place).bytes())
        except FileNotFoundError:
            made = thumbnail(b"".join(self.parts_of(digest)))
        if made is None:
            raise FileNotFoundError(digest)
        self._put(place, made)
        return made

    def forget(self, digest: str) -> None:
        """Delete content and what was made of it; nothing happens where there is none."""
        for place in (_path(digest), f"{_THUMBNAILS}/{_path(digest)}"):
            try:
                self._objects.delete(place)
            except FileNotFoundError:
                continue
            except _FAILED as error:
                raise _out_of_reach() from error

    def _put(self, place: str, content: bytes) -> None:
        try:
            self._objects.put(place, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return  # the same bytes, or their hash would be another
        except _FAILED as error:
            raise _out_of_reach() from error


def _path(digest: str) -> str:
    """Where content lies, two levels deep so that no folder grows long. Raises FileNotFoundError for no hash."""
    if not _DIGEST.fullmatch(digest):
        raise FileNotFoundError(digest)
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _out_of_reach() -> UnavailableError:
    return UnavailableError(msg("The store of files cannot be reached just now"))
