"""Bytes under the hash of their content: what people upload, in a folder or in somebody's object store.

The room knows neither fields nor records: who may have which content is decided in `records`.
"""

from framework.files.content import brief, media_type
from framework.files.images import THUMBNAIL_TYPE, TooManyPixelsError
from framework.files.names import clean_name
from framework.files.store import MOST_BYTES, Received, Store

__all__ = [
    "MOST_BYTES",
    "THUMBNAIL_TYPE",
    "Received",
    "Store",
    "TooManyPixelsError",
    "brief",
    "clean_name",
    "media_type",
]
