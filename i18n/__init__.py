"""Words and formats: what people read, in their language, zone and way of writing numbers.

The lowest floor: it knows Babel and the standard library, and imports nothing of ours.
"""

from i18n.lazy import Label, Message, msg, nmsg

__all__ = ["Label", "Message", "msg", "nmsg"]
