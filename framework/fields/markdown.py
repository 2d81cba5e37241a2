"""Rich text as people type it: Markdown to HTML, and back as far as Markdown can say it."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from framework.fields.markup import as_blocks

_HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_SIGNS = {"strong": "**", "em": "*", "s": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>~&!])")
_AT_LINE_START = re.compile(r"^( *)(\d*)([#+\-=.)])", re.MULTILINE)
_AROUND_BREAKS = re.compile(r" *\n *")
_BETWEEN_TAGS = re.compile(r"\s*\n\s*(?=<)|(?<=>)\s*\n\s*")


def to_html(typed: str) -> str:
    """The sanitised HTML of Markdown; tags in it are text."""
    reader = _reader()
    tokens = reader.parse(typed)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    made: str = reader.renderer.render(tokens, reader.options, {})
    return as_blocks(made)


def to_markdown(markup: str) -> str:
    """What somebody would type to get sanitised HTML; that HTML itself where Markdown cannot say it."""
    reader = _Tree()
    reader.feed(markup)
    reader.close()
    try:
        typed = _blocks(reader.root)
    except _UnsayableError:
        return markup
    return typed if _comparable(to_html(typed)) == _comparable(markup) else markup


@cache
def _reader() -> MarkdownIt:
    """Without raw HTML and pictures; a line break that was typed is one."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(["image", "hr"])


def _comparable(markup: str) -> str:
    return _BETWEEN_TAGS.sub("", markup.replace("<br>", "<br>\n"))


class _UnsayableError(ValueError):
    """Markdown has no sign for a tag, or not where it stands."""


class _Node:
    """A tag with what stands in it."""

    def __init__(self, tag: str, href: str = "") -> None:
        self.tag, self.href = tag, href
        self.children: list[_Node | str] = []


class _Tree(HTMLParser):
    """Sanitised HTML as nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.root = _Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, dict(attrs).get("href") or "")
        self._open[-1].children.append(node)
        if tag != "br":
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (what is sanitised is balanced)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(node: _Node) -> str:
    """What stands in a container, block by block; words between blocks are a paragraph."""
    made: list[str] = []
    loose: list[_Node | str] = []
    for child in node.children:
        if isinstance(child, str) or child.tag in _INLINE:
            loose.append(child)
        else:
            made += [_words(loose), _BLOCKS[child.tag](child)]
            loose = []
    apart = "\n" if node.tag == "li" else "\n\n"
    return apart.join(one for one in (*made, _words(loose)) if one)


def _words(children: list[_Node | str]) -> str:
    words = _AROUND_BREAKS.sub("\n", "".join(map(_inline, children)))
    return _AT_LINE_START.sub(r"\1\2\\\3", words.strip())


def _inline(child: _Node | str) -> str:
    if isinstance(child, str):
        return _SPECIAL.sub(r"\\\1", child.replace("\n", " "))
    if child.tag == "br":
        return "\n"
    inside = "".join(map(_inline, child.children))
    if child.tag == "code":
        return f"`{_verbatim(child)}`"
    if child.tag == "a" and child.href:
        return f"[{inside}](<{child.href}>)" if re.search(r"[()\s]", child.href) else f"[{inside}]({child.href})"
    if child.tag not in _SIGNS:
        raise _UnsayableError(child.tag)
    return f"{_SIGNS[child.tag]}{inside}{_SIGNS[child.tag]}"


def _verbatim(node: _Node) -> str:
    return "".join(child if isinstance(child, str) else _verbatim(child) for child in node.children)


def _listed(node: _Node) -> str:
    lines: list[str] = []
    items = [child for child in node.children if isinstance(child, _Node)]
    for number, item in enumerate(items, 1):
        sign = f"{number}. " if node.tag == "ol" else "- "
        first, *more = _blocks(item).split("\n")
        lines += [sign + first, *((" " * len(sign) + line) if line else "" for line in more)]
    return "\n".join(lines)


def _quoted(node: _Node) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node).split("\n"))


def _fenced(node: _Node) -> str:
    return f"```\n{_verbatim(node).removesuffix(chr(10))}\n```"


_INLINE = frozenset({"br", "strong", "em", "u", "s", "a", "code"})
_BLOCKS = {
    "p": lambda node: _words(node.children),
    "h2": lambda node: f"## {_words(node.children)}",
    "h3": lambda node: f"### {_words(node.children)}",
    "ul": _listed,
    "ol": _listed,
    "li": _blocks,
    "blockquote": _quoted,
    "pre": _fenced,
}
