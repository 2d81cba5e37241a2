"""Pictures: which they are, whether they may be opened at all, and small ones made of them.

A few bytes can say that they are a picture as large as a house; so its size is read before anything is drawn.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PIXELS = 50_000_000
THUMBNAIL = 480
THUMBNAIL_TYPE = "image/webp"
# What people have pictures in. No other reader is ever tried: each is a way in.
_FORMATS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    Image.DecompressionBombError,
)


class TooManyPixelsError(ValueError):
    """A picture with more pixels than are ever drawn."""


def image_type(stream: IO[bytes]) -> str | None:
    """The media type of a picture; None for what is none. Raises TooManyPixelsError."""
    try:
        with _opened(stream) as image:
            width, height = image.size
            found = _FORMATS[image.format or ""]
    except _BROKEN:
        return None
    if width * height > MOST_PIXELS:
        raise TooManyPixelsError
    return found


def thumbnail(content: bytes) -> bytes | None:
    """A small picture, upright and without what cameras write beside it; None where the content cannot be drawn."""
    try:
        with _opened(io.BytesIO(content)) as image:
            if image.size[0] * image.size[1] > MOST_PIXELS:
                return None
            image.draft("RGB", (THUMBNAIL, THUMBNAIL))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((THUMBNAIL, THUMBNAIL))
            drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            made = io.BytesIO()
            drawn.save(made, "WEBP", quality=80, exif=b"", icc_profile=None)
            return made.getvalue()
    except (*_BROKEN, MemoryError):
        return None


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[Image.Image]:
    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what we refuse we refuse ourselves
        with Image.open(stream, formats=tuple(_FORMATS)) as image:
            yield image
