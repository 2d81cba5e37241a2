"""A part of a long proof each day: a run stays short, and a few days cover all of it.

With ARMATURE_EVERY_PART every part is due, which is what `make soak` asks for.
"""

import datetime as dt
import os

_EVERY = "ARMATURE_EVERY_PART" in os.environ


def due_today(place: int, parts: int = 2) -> bool:
    """Whether what stands at this place of a proof is due, of which each day takes one in `parts`."""
    return _EVERY or (place + dt.datetime.now(dt.UTC).toordinal()) % parts == 0
