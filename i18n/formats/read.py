"""What reading numbers and dates has in common: tidying typed text, and the one error."""

import unicodedata

from i18n.lazy import Message

# Marks of writing direction come along when text is copied from a page; they mean nothing here.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2069\ufeff"))
_MINUS = {ord(sign): "-" for sign in "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"}


class NotUnderstood(ValueError):  # noqa: N818 - named after what happened, as all our errors
    """Typed text that is no number, date or time; `message` says what is wrong and what is right."""

    def __init__(self, message: Message) -> None:
        """Take what to tell the person who typed."""
        super().__init__(str(message))
        self.message = message


def tidy(text: str) -> str:
    """Give `text` with ASCII digits and minus signs, without invisible marks and outer blanks."""
    if text.isascii():
        return text.strip()
    plain = text.translate(_INVISIBLE).translate(_MINUS).strip()
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
