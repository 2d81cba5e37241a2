"""`armature words`: the texts of metadata to translators and back, and how much of a language is there."""

from __future__ import annotations

import io
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framework.commands.export import opened
from framework.commands.waiting import waiting
from framework.commands.world import acting_context, as_option, json_option, print_json, refusing, services_ready
from framework.errors import CommandError
from framework.publishing import Refused
from framework.publishing.words import entries_by_layer, with_translations
from framework.transfer.wordsheet import read_word_sheet, write_word_sheet
from i18n.cldr import is_known
from i18n.exchange.entries import State, entries_of, po_text
from i18n.exchange.po import read_found
from i18n.exchange.taking import take
from i18n.exchange.units import found_of, units_of
from i18n.exchange.xliff import read_xliff, write_xliff
from i18n.lazy import msg
from i18n.words import WordsNotReadable, own_coverage, own_locales
from metadata.kinds import LOCALE, MAX_DOCUMENT_BYTES
from metadata.load import load_core, load_folder
from metadata.problems import Severity, has_errors
from metadata.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from framework.extension import Services
    from i18n.exchange.entries import Entry
    from i18n.exchange.found import Found
    from i18n.exchange.taking import Taken
    from metadata.documents import Layer

_FORMATS = ("po", "xliff", "xlsx")
_SUFFIXES = {".po": "po", ".xlf": "xliff", ".xliff": "xliff", ".xlsx": "xlsx"}
_PRODUCT = "product"

_locale = click.option("--locale", required=True, metavar="L", help="A language such as de or pt_BR.")
_bundle = click.option(
    "--bundle",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The words of a bundle's folder instead of what is live.",
)


@click.group("words")
def words() -> None:
    """Translate labels, help texts and messages of the metadata."""


@words.command("status")
@click.option("--locale", "locales", multiple=True, metavar="L", help="Only this language. Can be repeated.")
@_bundle
@json_option
@refusing
def status(locales: Sequence[str], *, folder: Path | None, as_json: bool) -> None:
    """Tell how many texts of each layer are translated, stale or missing.

    `product` are the words of the product itself, which come with it.
    """
    layers = _folder_layers(folder) if folder else services_ready().publisher.head()[1]
    asked = [_known_locale(one) for one in locales] or _offered(layers)
    found = [_coverage(layers, locale, only=layers[-1].name if folder else None) for locale in asked]
    if as_json:
        print_json({"locales": found})
        return
    for one in found:
        for layer in one["layers"]:
            rest = "".join(f", {layer[state]} {state}" for state in ("stale", "missing") if layer[state])
            told = f"{layer['translated']} of {layer['texts']} translated ({layer['percent']} %){rest}"
            click.echo(f"{one['locale']:<6} {layer['layer']:<12} {told}")


@words.command("export")
@_locale
@click.option("--format", "form", type=click.Choice(_FORMATS), help="By the name of the file, else po.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Else standard output.")
@click.option("--layer", "name", metavar="NAME", help="Only the texts of one layer: core, a bundle or site.")
@click.option("--open", "only_open", is_flag=True, help="Only what is missing or stale.")
@_bundle
@refusing
def export(
    locale: str, *, form: str | None, out: Path | None, name: str | None, only_open: bool, folder: Path | None
) -> None:
    """Write the texts with their translations into one language, for people or tools that translate."""
    locale, form = _known_locale(locale), form or _form_of(out) or "po"
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("A spreadsheet is nothing to look at; give --out FILE")
    entries = [
        entry
        for layer, entry in _entries(folder, locale)
        if (name is None or layer == name) and not (only_open and entry.state is State.TRANSLATED)
    ]
    with opened(out) as stream:
        stream.write(_written(entries, locale, form))


@words.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_locale
@click.option("--format", "form", type=click.Choice(_FORMATS), help="By the name of the file, else po.")
@click.option("--message", help="What this change is for.")
@click.option("--dry-run", "trial", is_flag=True, help="Change nothing; tell what would happen.")
@_bundle
@as_option
@json_option
@refusing
def import_words(
    file: Path,
    *,
    locale: str,
    form: str | None,
    message: str | None,
    trial: bool,
    folder: Path | None,
    acting: str | None,
    as_json: bool,
) -> None:
    """Take translations in and make them live: those that differ from a bundle's go into the site layer.

    With --bundle they go into locales/<L>.po of the folder. A translation of a text that was changed meanwhile is
    reported and left out, as is one with other placeholders; the others are taken. Status 1 if one was refused.
    """
    locale, form = _known_locale(locale), form or _form_of(file) or "po"
    found = _read(file, form, locale)
    known, layers = (None, _folder_layers(folder)) if folder else _live()
    entries = [entry for _, entry in _entries_in(layers, locale, folder)]
    taken = take(entries, found, locale, typed=form == "xlsx")
    changed = {*taken.new, *taken.replaced}
    revision = None
    if changed and not trial:
        if folder is not None:
            _write(folder / "locales" / f"{locale}.po", po_text(taken.entries, locale))
        elif known is not None:
            wanted = [entry for entry in taken.entries if entry.text.key in changed]
            revision = _publish(known, with_translations(layers, wanted, locale), message or f"Words: {locale}", acting)
    _tell(taken, file, revision, as_json=as_json, trial=trial)
    sys.exit(1 if taken.findings else 0)


def _known_locale(locale: str) -> str:
    """The locale as files are named. Raises CommandError for what is none."""
    written = locale.replace("-", "_")
    if not LOCALE.fullmatch(written) or not is_known(written):
        raise CommandError(msg("“%(name)s” is no language code; write one like de, pt_BR or zh_Hant", name=locale))
    return written


def _form_of(file: Path | None) -> str | None:
    return _SUFFIXES.get(file.suffix.lower()) if file else None


def _live() -> tuple[Services, Sequence[Layer]]:
    known = services_ready()
    return known, known.publisher.head()[1]


def _folder_layers(folder: Path) -> Sequence[Layer]:
    """The layer of a folder over the core. Raises CommandError where it cannot be read."""
    layer, problems = load_folder(folder)
    if has_errors(problems):
        one = problems[0]
        raise CommandError(msg("%(file)s: %(why)s", file=one.file or str(folder), why=one.message))
    return [load_core(), layer]


def _offered(layers: Iterable[Layer]) -> list[str]:
    return sorted({*own_locales(), *(locale for layer in layers for locale in layer.locales)} - {"en"})


def _entries(folder: Path | None, locale: str) -> Sequence[tuple[str, Entry]]:
    return _entries_in(_folder_layers(folder) if folder else _live()[1], locale, folder)


def _entries_in(layers: Sequence[Layer], locale: str, folder: Path | None) -> Sequence[tuple[str, Entry]]:
    """The texts with the layer of each; of a folder only its own."""
    try:
        if folder is None:
            return entries_by_layer(layers, locale)
        own = layers[-1]
        texts = [own.locales[locale]] if locale in own.locales else []
        return [(own.name, entry) for entry in entries_of(words_of(own), texts, locale)]
    except WordsNotReadable as error:
        raise CommandError(error.message) from None


def _coverage(layers: Sequence[Layer], locale: str, only: str | None) -> dict[str, Any]:
    counts: dict[str, Counter[State]] = {layer.name: Counter() for layer in layers if only in {None, layer.name}}
    folder = Path() if only else None
    for name, entry in _entries_in(layers, locale, folder):
        counts[name][entry.state] += 1
    rows = [_row(name, count) for name, count in counts.items() if count]
    if only is None:
        done, missing = own_coverage(locale)
        rows.insert(0, _row(_PRODUCT, Counter({State.TRANSLATED: done, State.MISSING: missing})))
    return {"locale": locale, "layers": rows}


def _row(name: str, count: Counter[State]) -> dict[str, Any]:
    """One layer's figures; 100 % is said of nothing less."""
    texts = count.total()
    states = {state.value: count[state] for state in State}
    return {"layer": name, "texts": texts, **states, "percent": count[State.TRANSLATED] * 100 // texts}


def _written(entries: Sequence[Entry], locale: str, form: str) -> bytes:
    if form == "po":
        return po_text(entries, locale).encode()
    if form == "xliff":
        return write_xliff(units_of(entries, locale), locale, "en")
    stream = io.BytesIO()
    write_word_sheet(units_of(entries, locale), locale, stream)
    return stream.getvalue()


def _read(file: Path, form: str, locale: str) -> Sequence[Found]:
    """What a file says. Raises CommandError with what is wrong with it."""
    readers: dict[str, Callable[[], Iterable[Found]]] = {
        "po": lambda: read_found(file.read_text("utf-8-sig"), locale),
        "xliff": lambda: found_of(read_xliff(file.read_bytes())),
        "xlsx": lambda: found_of(read_word_sheet(file)),
    }
    try:
        if file.stat().st_size > MAX_DOCUMENT_BYTES:
            raise CommandError(msg("%(file)s is larger than words can be", file=str(file)))
        return list(readers[form]())
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CommandError(msg("%(file)s cannot be read: %(why)s", file=str(file), why=why)) from None
    except UnicodeDecodeError:
        raise CommandError(msg("%(file)s is not UTF-8 text", file=str(file))) from None
    except WordsNotReadable as error:
        raise CommandError(msg("%(file)s: %(why)s", file=file.name, why=error.message)) from None


def _tell(taken: Taken, file: Path, revision: int | None, *, as_json: bool, trial: bool) -> None:
    if as_json:
        print_json(
            {
                "dry_run": trial,
                "revision": revision,
                "new": list(taken.new),
                "replaced": list(taken.replaced),
                "same": taken.same,
                "left": taken.left,
                "problems": [finding.as_json() for finding in taken.findings],
            }
        )
        return
    for one in taken.findings:
        click.echo(f"{file.name}, {one.place}: {one.key}: {one.code}: {one.message}", err=True)
        if one.hint:
            click.echo(f"    {one.hint}", err=True)
    told = f"{len(taken.new)} new, {len(taken.replaced)} replaced, {taken.same} as they were, {taken.left} left out"
    click.echo(f"{'Would be: ' if trial else ''}{told}, {len(taken.findings)} refused.")
    if revision is not None:
        click.echo(f"Revision {revision} is live.")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with opened(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise CommandError(
            msg("%(file)s cannot be written: %(why)s", file=str(path), why=error.strerror or "")
        ) from None


def _publish(known: Services, layers: Sequence[Layer], message: str, acting: str | None) -> int:
    """Make the layers live; gives the revision. Raises CommandError where something else in them is wrong."""
    base, _ = known.publisher.head()
    actor = acting_context(known, acting).actor
    with waiting("Publishing"):
        done = known.publisher.publish(layers, message, actor, base)
    if isinstance(done, Refused):
        one = next(problem for problem in done.problems if problem.severity is Severity.ERROR)
        raise CommandError(msg("%(file)s: %(why)s", file=one.file, why=one.message))
    return done.revision
