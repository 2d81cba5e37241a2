"""HTML that may be stored and shown: a handful of tags, links, and nothing that a browser could execute."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

_BLOCKS = ("p", "ul", "ol", "blockquote", "h2", "h3", "pre")
TAGS = frozenset({*_BLOCKS, "li", "br", "strong", "em", "u", "s", "a", "code"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# Of these the content goes too; of any other tag that is not allowed the text stays.
_GONE = frozenset({
    "script", "style", "template", "iframe", "noscript", "noembed", "noframes", "object", "title", "textarea",
    "xmp", "svg", "math", "select", "audio", "video",
})  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_GONE),
    # Without its own set for all tags the cleaner keeps `lang` and `title`.
    attributes={"*": set(), "a": {"href"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="noopener noreferrer",
)
_ROUNDS = 4
_BEGINS_WITH_BLOCK = re.compile(rf"<(?:{'|'.join(_BLOCKS)})>")
_LINES = frozenset({*_BLOCKS, "li", "br"})
_SPACES = re.compile(r"[ \t\r\n\f]+")


def sanitised(text: str) -> str:
    """The HTML that is left of any text; what it gives, it gives back unchanged.

    HTML that does not come to rest when it is read and written again is kept as the text that it is.
    """
    before = text
    for _ in range(_ROUNDS):
        after = _CLEANER.clean(before)
        if after == before:
            return after
        before = after
    return f"<p>{html.escape(text, quote=False)}</p>"


def as_blocks(text: str) -> str:
    """Sanitised HTML that begins with a block, by which it can be told from plain text; blank stays blank."""
    clean = sanitised(text).strip()
    if not clean or is_markup(clean):
        return clean
    return sanitised(f"<p>{clean}").strip()


def is_markup(text: str) -> bool:
    """Whether a text is HTML that `as_blocks` may have given."""
    return bool(_BEGINS_WITH_BLOCK.match(text))


def plain_text(markup: str) -> str:
    """The words of sanitised HTML, a line for each block."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return "\n".join(line for line in (one.strip() for one in reader.lines) if line)


class _Words(HTMLParser):
    """Collects lines of text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.as_written = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.as_written += tag == "pre"
        if tag in _LINES:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.as_written -= tag == "pre"
        if tag in _LINES:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.as_written:
            first, *more = data.split("\n")
            self.lines[-1] += first
            self.lines += more
        else:
            self.lines[-1] += _SPACES.sub(" ", data)
