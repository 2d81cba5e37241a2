"""What people read goes through gettext: no sentence in Python and no word in a template goes round it.

A text counts as read by people if it looks like words; where it is none, its module is listed with the reason.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.house.reading import FLOORS, ROOT, Source, breaks, findings

# Two words after each other, or one that begins with a capital letter and is no identifier of several parts.
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}|^[A-Z][a-z]{2,}[^_/\-]*$")
# `cast` names a type.
MARKED = frozenset({"msg", "nmsg", "gettext", "ngettext", "pgettext", "cast"})
# JSON Schema and OpenAPI describe themselves to developers, in English.
DESCRIBED = frozenset({"description", "summary", "pattern"})
ELSEWHERE = {
    "admin.pages.fields": "a condition of the expression language",
    "framework.api.describe": "OpenAPI describes itself to developers, in English",
    "framework.api.examples": "OpenAPI",
    "framework.api.merge_operations": "OpenAPI",
    "framework.api.metadata": "patterns of addresses",
    "framework.api.metadata_operations": "OpenAPI",
    "framework.api.operations": "OpenAPI",
    "framework.api.openapi": "names of OpenAPI's parts",
    "framework.api.problems": "headers",
    "framework.app": "log lines and cookies",
    "framework.auth.actors": "the name of whoever acts without a person, as kept in history",
    "framework.auth.links": "a salt, and a name that limits are counted under",
    "framework.commands": "the command line speaks English to operators",
    "framework.context": "the name of whoever acts without a person, as kept in history",
    "framework.extension": "headers and cookies",
    "framework.fields.date": "what JSON Schema says of an option",
    "framework.fields.datetime": "what JSON Schema says of an option",
    "framework.fields.json": "what Python's parser says, which is looked up for words of ours",
    "framework.fields.markup": "an attribute",
    "framework.guards": "headers",
    "framework.jobs.worker": "log lines",
    "framework.publishing.processes": "log lines",
    "framework.rules.functions": "SQL, and samples for tests",
    "framework.settings": "what an operator configured wrongly is told in English, by the command line",
    "framework.storage": "SQL, and what a database says",
    "i18n": "the names of gettext's and CLDR's own parts, and notes to translators",
    "metadata.diff.rights": "the plan's own language, the same in JSON for programs",
    "metadata.expressions": "words of the expression language",
    "metadata.labels": "labels of the core, translated by its PO files",
    "metadata.snapshot": "the product's name",
    "metadata.words": "notes to translators",
    "ui.lists.columns": "classes",
    "ui.lists.export": "headers",
    "ui.lists.filters": "a key",
    "ui.page.frame": "the product's name",
    "ui.page.render": "markup and headers",
    "ui.page.stars": "cookies",
    "ui.pages.preferences": "cookies",
    "ui.pages.sessions": "names of browsers and systems",
    "ui.record.actions": "a key",
    "ui.record.composer": "an attribute",
    "ui.record.stages": "classes",
    "ui.routes.dashboards": "headers",
    "ui.screens.form": "what htmx waits for",
}
# What keyboards print on their keys, the product's name, and classes that pages give their frame by a block.
SIGNS = frozenset({"Armature", "Esc", "Tab", "Ctrl", "Alt", "Enter", "fixed", "on", "canvas"})
# Attributes that are shown or read aloud.
SPOKEN = frozenset({"title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription"})
# Attributes that the elements around a macro's text take; what lies in them is no word.
MACROS_OF_ATTRIBUTES = frozenset({"ui/templates/controls/marks.html", "ui/templates/page/parts.html"})


def goes_round_gettext(source: Source) -> Iterator[ast.AST]:
    if any(source.inside(room) for room in ELSEWHERE):
        return
    above = {id(child): node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
            chain = list(_around(node, above))
            if not any(_is_no_text(inner, outer) for inner, outer in zip([node, *chain], chain, strict=False)):
                yield node


def _around(node: ast.AST, above: dict[int, ast.AST]) -> Iterator[ast.AST]:
    while id(node) in above:
        node = above[id(node)]
        yield node


def _is_no_text(inner: ast.AST, outer: ast.AST) -> bool:
    match outer:
        case ast.Expr():  # a docstring
            found = isinstance(inner, ast.Constant)
        case ast.Raise() | ast.Assert() | ast.Subscript():  # for developers; names of types
            found = True
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=annotation):
            found = inner is annotation
        case ast.FunctionDef(returns=returned):
            found = inner is returned
        case ast.Assign(targets=[ast.Name(id=name)]):
            found = name == "__all__" or (isinstance(inner, ast.Constant) and "[" in inner.value)  # an alias of a type
        case ast.keyword(arg=str(name)):
            found = name in DESCRIBED
        case ast.Dict(keys=keys, values=values) if inner in values:
            key = keys[values.index(inner)]  # type: ignore[arg-type]
            found = isinstance(key, ast.Constant) and key.value in DESCRIBED
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            found = name in MARKED
        case _:
            found = False
    return found


def test_no_sentence_in_python_goes_round_gettext() -> None:
    assert findings(goes_round_gettext) == []


@pytest.mark.parametrize(
    "text",
    ['toast("Record saved")', 'x = {"label": "Save"}', 'f"{count} records changed"', 'title = text or "Untitled"'],
)
def test_a_sentence_in_python_is_noticed(text: str) -> None:
    assert breaks(goes_round_gettext, "ui.routes.records", text)
    assert not breaks(goes_round_gettext, "framework.commands.plan", text)


@pytest.mark.parametrize(
    "text",
    ['"""A docstring."""', 'msg("Record saved")', 'raise ValueError("no such thing")', 'x = {"description": "A day"}'],
)
def test_what_is_no_text_for_people_is_passed_over(text: str) -> None:
    assert not breaks(goes_round_gettext, "ui.routes.records", text)


def test_every_exception_is_needed() -> None:
    def breaks_alone(source: Source) -> bool:
        inner = Source("ui.none", source.tree)
        return any(True for _ in goes_round_gettext(inner))

    needed = {room for room in ELSEWHERE for source in _sources(room) if breaks_alone(source)}
    assert set(ELSEWHERE) - needed == set()


def _sources(room: str) -> list[Source]:
    from tests.house.reading import product  # noqa: PLC0415

    return [source for source in product() if source.inside(room)]


JINJA = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


class Shown(HTMLParser):
    """Collects what a page shows or reads aloud."""

    def reset(self) -> None:
        super().reset()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def plain_words(text: str, name: str = "") -> list[str]:
    """The words of a template that nobody translates."""
    shown = Shown()
    if name not in MACROS_OF_ATTRIBUTES:
        shown.feed(_without_expressions(text))
    found = [*shown.found, *_constants(JINJA.parse(text), marked=False)]
    return [
        words.strip() for words in found if set(re.findall(r"[A-Za-z]{2,}", words)) - SIGNS and not _is_class(words)
    ]


def _is_class(text: str) -> bool:
    """Classes and ids are written small with hyphens, which no sentence of ours is."""
    return re.fullmatch(r"[a-z0-9 _-]+", text) is not None and ("-" in text or " " not in text)


def _without_expressions(text: str) -> str:
    kept, in_block, first, in_words = [], False, None, False
    for _, kind, value in JINJA.lex(text):
        if kind == "block_begin":
            in_block, first = True, None
        elif kind == "block_end":
            in_block = False
        elif in_block and kind == "name" and first is None:
            first = value
            in_words = value == "trans" or (in_words and value != "endtrans")
        elif kind == "variable_begin":
            kept.append(" ")
        elif kind == "data" and not in_words:
            kept.append(value)
    return "".join(kept)


def _constants(node: nodes.Node, *, marked: bool) -> Iterator[str]:
    marked = marked or (
        isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in {*MARKED, "_"}
    )
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not marked and WORDS.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child, marked=marked)


def templates() -> list[Path]:
    return [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.html"))]


def test_no_word_in_a_template_goes_round_gettext() -> None:
    found = {}
    for path in templates():
        name = path.relative_to(ROOT).as_posix()
        words = plain_words(path.read_text(encoding="utf-8"), name)
        if words:
            found[name] = words
    assert found == {}


@pytest.mark.parametrize(
    "text", ["<p>Save</p>", '<a title="Open it">{{ x }}</a>', '{{ "Save all" if x else "" }}', '{{ _("A") }} of them']
)
def test_a_word_in_a_template_is_noticed(text: str) -> None:
    assert plain_words(text)


@pytest.mark.parametrize(
    "text",
    ['<p class="a b">{{ _("Save") }}</p>', "{% trans %}Save all{% endtrans %}", '<kbd>Esc</kbd><a href="/x y">1</a>'],
)
def test_words_that_are_translated_are_passed_over(text: str) -> None:
    assert plain_words(text) == []


SCRIPTED = re.compile(
    r"""(?:textContent|innerText|title|placeholder|ariaLabel)\s*=\s*["'`][^"'`]*[A-Za-z]{2}|alert\("""
)


def test_scripts_take_their_words_from_the_page() -> None:
    scripts = sorted((ROOT / "ui/static/js").rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if SCRIPTED.search(path.read_text(encoding="utf-8"))] == []
    assert SCRIPTED.search('box.textContent = "Saved";')
