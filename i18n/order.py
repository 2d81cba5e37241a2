"""The order in which people expect texts: without regard to accents and letter case."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=100_000)
def order_key(text: str) -> str:
    """Give what differs between letters, and not between their forms."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
