"""What leaves as a file of any form comes back as it was: every field type, every sample value."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from framework.context import Context
from framework.errors import CommandError
from framework.plans import Query
from framework.records.bulk import Row
from framework.transfer.exporting import EVERY, export_records, export_workbook
from framework.transfer.importing import Importer, Job, Report
from framework.transfer.table import open_table
from i18n.lazy import Label
from metadata.expressions import parse
from metadata.snapshot import ImportColumn, ImportMapping
from tests.contract.fields.sample import Sample
from tests.contract.fields.samples import SAMPLES
from tests.contract.fields.world import published_samples
from tests.support.bundles import World

FORMS = ("csv", "xlsx", "jsonl")
GIVEN = [sample for sample in SAMPLES if sample.through == "value"]
HOSTILE = [
    "=1+1", "'=1", "+49", "-", "@x", "\t=1", " spaced", "http://example.com/", "007", "1E5", "true", "2026-01-02",
    "_x0041_", "ä\u200b=", "😀", "{}", "[1]", "null", '"', "NaN", "#N/A",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with published_samples(shared_engine, tmp_path_factory.mktemp("round")) as world:
        yield world


def exported(world: World, entity: str, form: str, path: Path) -> Path:
    door, context = world.services.door, world.context()
    target = BytesIO()
    if form == "xlsx":
        export_workbook(door, context, entity, EVERY, target)
    else:
        target.write("".join(export_records(door, context, entity, EVERY, form)).encode())
    path.write_bytes(target.getvalue())
    return path


def imported(world: World, entity: str, path: Path, *match: str) -> Report:
    services = world.services
    job = Job(open_table(path), entity, None, match)
    return Importer(services.database, services.door, world.context, job).run(lambda _: None)


def values(world: World, context: Context, sample: Sample) -> dict[str, object]:
    page = world.services.door.find(context, Query(sample.entity, fields=("value",), limit=200))
    return {one.id: one.values["value"] for one in page.records}


def texts(sample: Sample) -> list[Any]:
    """Values that a file might take for something else, where the sample is of texts without limits."""
    if sample.name == "long_text":
        return [*HOSTILE, "a\nb"]
    return HOSTILE if sample.name == "text" else []


@pytest.mark.parametrize("form", FORMS)
def test_every_value_comes_back(world: World, tmp_path: Path, form: str) -> None:
    door, context, failed = world.services.door, world.context(), {}
    for sample in GIVEN:
        given = [{"run": form, "value": value} for value in (*(one.given for one in sample.values), *texts(sample))]
        made = door.write_many(context, sample.entity, [Row(one) for one in given])
        assert not [one.error for one in made if one.error], sample.name
        before = values(world, context, sample)
        path = exported(world, sample.entity, form, tmp_path / f"{sample.name}.{form}")
        same = imported(world, sample.entity, path, "id")
        door.write_many(context, sample.entity, [Row({"value": None}, ident) for ident in before])
        again = imported(world, sample.entity, path, "id")
        lost = {str(one): values(world, context, sample)[one] for one in before}
        if not same.is_clean or same.counts["updated"] or values(world, context, sample) != before:
            failed[sample.name] = (same.reasons, again.reasons, before, lost)
    assert failed == {}


def test_a_spreadsheet_has_numbers_days_and_yes_or_no_as_such_and_texts_as_texts(world: World, tmp_path: Path) -> None:
    found = {}
    for name, value in (
        ("integer", 1234),
        ("integer", 2**63 - 1),
        ("decimal", "1250.5000"),
        ("money_fixed", "12.50"),
        ("money", {"amount": "12.50", "currency": "EUR"}),
        ("boolean", True),
        ("date", "2026-03-31"),
        ("date", "1899-12-31"),
        ("text", "=1+1"),
        ("text", "http://example.com/"),
    ):
        sample = next(one for one in GIVEN if one.name == name)
        ident = world.services.door.create(world.context(), sample.entity, {"run": "typed", "value": value}).id
        path = exported(world, sample.entity, "xlsx", tmp_path / "typed.xlsx")
        header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        found[name, str(value)] = next(row[header.index("value")] for row in rows if row[0] == ident)
    assert list(found.values()) == [
        1234.0, "9223372036854775807", 1250.5, 12.5, "12.50 EUR", True, dt.date(2026, 3, 31), "1899-12-31",
        "=1+1", "http://example.com/",
    ]  # fmt: skip


def sheet(path: Path, *rows: list[Any]) -> Path:
    """A spreadsheet as somebody makes one by hand."""
    with Workbook(path, {"strings_to_formulas": False, "default_date_format": "dd.mm.yyyy"}) as workbook:
        page = workbook.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
    return path


def test_typed_cells_are_taken_exactly(world: World, tmp_path: Path) -> None:
    cells = {
        "integer": (1999.0, 1999),
        "decimal": (0.1 + 0.2, Decimal("0.3000")),
        "date": (dt.date(2026, 3, 31), dt.date(2026, 3, 31)),
        "datetime": (dt.datetime(2026, 3, 31, 12, 30), dt.datetime(2026, 3, 31, 12, 30, tzinfo=dt.UTC)),  # noqa: DTZ001
        "time": (dt.time(14, 30, 15), dt.time(14, 30, 15)),
        "boolean": (True, True),
        "text": (8010.0, "8010"),
    }
    for name, (cell, stored) in cells.items():
        entity = f"sample_{name}"
        report = imported(world, entity, sheet(tmp_path / f"{name}.xlsx", ["run", "value"], ["hand", cell], []))
        assert (report.is_clean, report.rows) == (True, 1), report.reasons
        page = world.services.door.find(world.context(), Query(entity, filter=parse("run = 'hand'")))
        assert [one.values["value"] for one in page.records] == [stored], name


def test_a_cell_that_counts_hours_is_a_duration(world: World, tmp_path: Path) -> None:
    path = tmp_path / "hours.xlsx"
    with Workbook(path) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["run", "value"])
        page.write(1, 0, "hours")
        page.write(1, 1, dt.timedelta(hours=26, seconds=5), workbook.add_format({"num_format": "[h]:mm:ss"}))
    assert imported(world, "sample_duration", path).is_clean
    page = world.services.door.find(world.context(), Query("sample_duration", filter=parse("run = 'hours'")))
    assert [one.values["value"] for one in page.records] == [dt.timedelta(hours=26, seconds=5)]


def test_json_in_lines_of_json_is_taken_as_it_is(world: World, tmp_path: Path) -> None:
    given = ["text", "12", -5, 1.5, True, {"amount": 1, "currency": "EUR"}, [None, "=1+1"], {"entity": "a", "id": "b"}]
    path = tmp_path / "values.jsonl"
    path.write_text("\n".join(json.dumps({"run": "lines", "value": one}) for one in given), "utf-8")
    assert imported(world, "sample_json", path).is_clean
    page = world.services.door.find(world.context(), Query("sample_json", filter=parse("run = 'lines'"), sort=("id",)))
    assert [json.loads(one.values["value"]) for one in page.records] == given


_MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def test_an_open_document_is_read(world: World, tmp_path: Path) -> None:
    rows = (
        ('office:value-type="string"><text:p>run</text:p>', 'office:value-type="string"><text:p>value</text:p>'),
        (
            'office:value-type="string"><text:p>ods</text:p>',
            'office:value-type="date" office:date-value="2026-03-31"><text:p>31.03.26</text:p>',
        ),
    )
    cells = [[f"<table:table-cell {cell}</table:table-cell>" for cell in row] for row in rows]
    table = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="A">{table}'
    content += "</table:table></office:spreadsheet></office:body></office:document-content>"
    path = tmp_path / "day.ods"
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    assert imported(world, "sample_date", path).is_clean
    page = world.services.door.find(world.context(), Query("sample_date", filter=parse("run = 'ods'")))
    assert [one.values["value"] for one in page.records] == [dt.date(2026, 3, 31)]


def test_a_day_in_a_typed_cell_needs_no_format(world: World, tmp_path: Path) -> None:
    column = ImportColumn("value", {}, format="dd.MM.yyyy")
    mapping = ImportMapping(
        "m", Label("m", "M"), "sample_date", None, (), {}, {"run": ImportColumn("run", {}), "d": column}
    )
    path = sheet(tmp_path / "days.xlsx", ["run", "d"], ["day", dt.date(2026, 3, 31)], ["day", "01.04.2026"])
    services = world.services
    report = Importer(
        services.database, services.door, world.context, Job(open_table(path), "sample_date", mapping)
    ).run(lambda _: None)
    assert report.is_clean, report.reasons
    page = services.door.find(world.context(), Query("sample_date", filter=parse("run = 'day'"), sort=("value",)))
    assert [one.values["value"] for one in page.records] == [dt.date(2026, 3, 31), dt.date(2026, 4, 1)]


def test_refused_rows_of_a_spreadsheet_can_be_mended(world: World, tmp_path: Path) -> None:
    path = sheet(tmp_path / "bad.xlsx", ["run", "value"], ["mended", 1], [], ["mended", "many"])
    report = imported(world, "sample_integer", path)
    assert [line for line, _ in report.reasons] == [4]
    refused = tmp_path / "bad.xlsx.refused.csv"
    refused.write_text(refused.read_text("utf-8").replace("many", "2"), "utf-8")
    assert imported(world, "sample_integer", refused).is_clean


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"no zip", "no spreadsheet"),
        ("a.ods", b"", "no spreadsheet"),
        ("a.jsonl", b'{"run": 1}\n[1]\n', "line 2"),
        ("a.jsonl", b'{"run": 1}\n{"run": 1,}\n', "line 2"),
        ("a.jsonl", b'{"run": 1}\n{"other": 1}\n', "“other”"),
        ("a.jsonl", b"\xff\n", "line 1"),
        ("a.jsonl", b"[" * 100_000, "line 1"),
        ("a.jsonl", b"\n", "empty"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CommandError, match=words):
        open_table(tmp_path / name)


def test_what_no_spreadsheet_holds_is_refused(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.services.door.create(world.context(), "sample_text", {"run": "x", "value": "long enough"})
    monkeypatch.setattr("framework.transfer.workbook.LONGEST_TEXT", 5)
    with pytest.raises(CommandError, match="write CSV"):
        exported(world, "sample_text", "xlsx", tmp_path / "long.xlsx")
    monkeypatch.setattr("framework.transfer.workbook.MOST_ROWS", 1)
    with pytest.raises(CommandError, match="holds 0 rows"):
        exported(world, "sample_text", "xlsx", tmp_path / "many.xlsx")
