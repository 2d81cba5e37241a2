"""Positions that a caller carries but must not read: where the log stands tells how much others wrote."""

from __future__ import annotations

import base64
import binascii
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_FORM = struct.Struct(">qq")


class Seal:
    """Seals positions under a key made of the installation's secret; all of its processes open them.

    Every sealed text is new and of one length, so that neither says whether the position moved.
    """

    def __init__(self, secret: str) -> None:
        """Derive the key; `secret` is ARMATURE_SECRET_KEY."""
        key = HKDF(SHA256(), 32, salt=None, info=b"armature change feed cursor").derive(secret.encode())
        self._cipher = AESGCM(key)

    def sealed(self, position: tuple[int, int]) -> str:
        """A text that fits into an address."""
        nonce = os.urandom(_NONCE)
        closed = self._cipher.encrypt(nonce, _FORM.pack(*position), None)
        return base64.urlsafe_b64encode(nonce + closed).decode().rstrip("=")

    def opened(self, text: str) -> tuple[int, int]:
        """The position in such a text. Raises ValueError for any other, or of another secret."""
        try:
            whole = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            return _FORM.unpack(self._cipher.decrypt(whole[:_NONCE], whole[_NONCE:], None))
        except (binascii.Error, InvalidTag, struct.error) as error:
            raise ValueError(text) from error
