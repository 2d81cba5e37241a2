"""XLIFF 1.2 (OASIS, 2008), which every translation tool reads: one file of one language."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError, SubElement, XMLParser, indent, tostring

from i18n.exchange.entries import State
from i18n.exchange.units import Unit
from i18n.lazy import msg
from i18n.words import WordsNotReadable

_SPACE = "urn:oasis:names:tc:xliff:document:1.2"
_STATES = {State.TRANSLATED: "translated", State.STALE: "needs-review-translation", State.MISSING: "new"}
# What tools call a translation that nobody needs to look at again; without a state one is meant to be used.
_FINISHED = frozenset({"translated", "final", "signed-off"})


def write_xliff(units: Iterable[Unit], locale: str, source_locale: str) -> bytes:
    """Give the file of these units."""
    root = Element("xliff", {"version": "1.2", "xmlns": _SPACE})
    languages = {"source-language": _tag(source_locale), "target-language": _tag(locale)}
    file = SubElement(root, "file", {"original": "words", "datatype": "plaintext", **languages})
    body = SubElement(file, "body")
    for unit in units:
        one = SubElement(body, "trans-unit", {"id": unit.key, "resname": unit.key})
        SubElement(one, "source").text = unit.source
        if unit.target:
            SubElement(one, "target", {"state": _STATES[unit.state]}).text = unit.target
        if unit.note:
            SubElement(one, "note").text = unit.note
    indent(root)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def read_xliff(data: bytes) -> Iterator[Unit]:
    """Give the units of a file. Raises WordsNotReadable."""
    # A document type is where entities are defined, by which a small file becomes a huge one; XLIFF has none.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise WordsNotReadable(msg("An XLIFF file has no document type; remove <!DOCTYPE …>"))
    parser = XMLParser()  # noqa: S314  (no document type, see above, and expat fetches nothing)
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise WordsNotReadable(msg("This is no XLIFF file: %(found)s", found=str(error))) from error
    if root.tag.rpartition("}")[2] != "xliff" or not root.get("version", "").startswith("1."):
        found = f"<{root.tag.rpartition('}')[2]} version={root.get('version', '')!r}>"
        raise WordsNotReadable(msg("This is no XLIFF 1.2 file: it begins with %(found)s", found=found))
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    for number, one in enumerate(root.iter(f"{space}trans-unit"), 1):
        yield _unit(one, space, number)


def _unit(one: Element, space: str, number: int) -> Unit:
    key = one.get("resname") or one.get("id") or ""
    target = one.find(f"{space}target")
    text = "" if target is None else _text(target)
    state = None if target is None else target.get("state")
    finished = bool(text) and (state is None or state in _FINISHED)
    source = one.find(f"{space}source")
    said = "" if source is None else _text(source)
    return Unit(key, said, text, "", State.TRANSLATED if finished else State.STALE, f"trans-unit {number}")


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _tag(locale: str) -> str:
    return locale.replace("_", "-")
