"""Files in and out, on every engine: each row accepted or refused alone, under the rights and rules of the door."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from framework.context import Context
from framework.errors import CommandError, ForbiddenError, MalformedError, NotFoundError
from framework.plans import Query
from framework.records.bulk import Row
from framework.transfer import importing
from framework.transfer.exporting import Which, export_records
from framework.transfer.importing import Importer, Job, Report
from framework.transfer.mapping import read_mapping
from framework.transfer.table import open_table
from tests.support.bundles import World

COMPANY = {
    "label": "Company",
    "traits": {"owned": True},
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True, "max_length": 40},
        "code": {"type": "text", "label": "Code", "unique": True, "read_only_after_create": True},
        "sector": {
            "type": "choice",
            "label": "Sector",
            "options": {"tech": {"label": "Technology"}, "food": {"label": "Food"}},
            "default": "food",
        },
        "size": {"type": "integer", "label": "Size", "min": 0},
        "revenue": {"type": "money", "label": "Revenue", "currency": "USD"},
        "price": {"type": "money", "label": "Price"},
        "rate": {"type": "decimal", "label": "Rate", "scale": 3},
        "founded_on": {"type": "date", "label": "Founded on"},
        "seen_at": {"type": "datetime", "label": "Seen at"},
        "vip": {"type": "boolean", "label": "VIP"},
        "note": {"type": "long_text", "label": "Note"},
        "number": {"type": "auto_number", "label": "Number", "pattern": "C-{seq:3}"},
        "double": {"type": "formula", "label": "Double", "result": "integer", "formula": "size * 2"},
        "parent": {"type": "link", "to": "company", "label": "Parent", "on_delete": "clear"},
        "region": {"type": "link", "to": "region", "label": "Region", "filter": "open = true"},
        "markets": {"type": "links", "to": "region", "label": "Markets", "max": 3},
    },
    "rules": {"tiny": {"refuse_when": "size < 10 and vip = true", "message": "A VIP is large.", "field": "size"}},
}
REGION = {
    "label": "Region",
    "fields": {
        "name": {"type": "text", "label": "Name", "required": True},
        "short": {"type": "text", "label": "Short", "unique": True},
        "open": {"type": "boolean", "label": "Open"},
    },
}
BUNDLE = {
    "entities/company.json": COMPANY,
    "entities/region.json": REGION,
    "roles/clerk.json": {
        "label": "Clerk",
        "abilities": {"import": True, "export": True},
        "grants": {
            "company": {
                "read": "own",
                "create": True,
                "update": "own",
                "fields": {"revenue": "read", "rate": "none"},
                "rows": {"create": "sector = 'food'"},
            },
            "region": {"read": "all", "rows": {"read": "short != 'X'"}},
        },
    },
    "roles/reader.json": {"label": "Reader", "grants": {"company": {"read": "all"}}},
}


@dataclass(slots=True)
class Desk:
    """A world with a folder of files; `act` is who imports."""

    world: World
    folder: Path
    act: Context
    told: list[int] = field(default_factory=list)

    def file(self, text: str, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def mapping(self, columns: dict[str, Any], **keys: Any) -> Any:
        path = self.folder / "mapping.json"
        path.write_text(json.dumps({"entity": "company", "columns": columns, **keys}), encoding="utf-8")
        return read_mapping(self.act, self.world.services.catalogue, path)

    def importer(self, text: str | Path, **job: Any) -> Importer:
        path = text if isinstance(text, Path) else self.file(text)
        services = self.world.services
        return Importer(services.database, services.door, lambda: self.act, Job(open_table(path), "company", **job))

    def take(self, text: str | Path, **job: Any) -> Report:
        return self.importer(text, **job).run(self.told.append)

    def companies(self, *names: str) -> list[tuple[Any, ...]]:
        query = Query("company", fields=names, sort=("number",), limit=5000)
        records = self.world.services.door.find(self.world.context(), query).records
        return [tuple(one.values[name] for name in names) for one in records]

    def titles(self, name: str) -> list[tuple[str | None, ...]]:
        """What the companies link to, in the order in which they were made."""
        query = Query("company", fields=(name,), expand=(name,), sort=("number",))
        records = self.world.services.door.find(self.world.context(), query).records
        return [tuple(end.title for end in one.ends.get(name, ())) for one in records]

    def refused(self, name: str = "file.csv") -> list[list[str]]:
        with (self.folder / f"{name}.refused.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def export(self, form: str = "csv", filter_: str | None = None) -> str:
        return "".join(export_records(self.world.services.door, self.act, "company", Which(filter_), form))

    def create(self, entity: str, **values: Any) -> str:
        return self.world.services.door.create(self.world.context(), entity, values).id


@pytest.fixture
def desk(world_of: Callable[..., World], tmp_path: Path) -> Desk:
    world = world_of(BUNDLE)
    desk = Desk(world, tmp_path, replace(world.context(), door="import"))
    for short, is_open in (("N", True), ("S", True), ("X", True), ("C", False)):
        desk.create("region", name=f"Region {short}", short=short, open=is_open)
    return desk


def test_headers_are_field_names_and_every_type_is_read(desk: Desk) -> None:
    report = desk.take(
        "name,sector,size,revenue,price,rate,founded_on,seen_at,vip,note,region\n"
        'Acme,Technology,"1,200",1100.04,12.50 EUR,1.125,2001-02-03,2026-01-02 03:04,yes,"a\nb",Region N\n'
    )
    assert (report.counts["created"], report.is_clean) == (1, True)
    (line,) = desk.export("jsonl").splitlines()
    record = json.loads(line)
    assert (
        record.items()
        >= {
            "name": "Acme",
            "sector": "tech",
            "size": 1200,
            "revenue": {"amount": "1100.04", "currency": "USD"},
            "price": {"amount": "12.50", "currency": "EUR"},
            "rate": "1.125",
            "founded_on": "2001-02-03",
            "seen_at": "2026-01-02T03:04:00Z",
            "vip": True,
            "note": "a\nb",
            "number": "C-001",
            "double": 2400,
        }.items()
    )


def test_a_mapping_renames_translates_and_reads_dates(desk: Desk) -> None:
    mapping = desk.mapping(
        {
            "Firma": {"field": "name"},
            "Art": {"field": "sector", "values": {"IT": "tech", "": "food"}},
            "Tag": {"field": "founded_on", "format": "MM/dd/yyyy"},
            "Wo": {"field": "region", "by": "short"},
            "Preis": {"field": "price.amount"},
            "Geld": {"field": "price.currency"},
            "x": {"skip": True},
        },
        defaults={"note": "archive"},
    )
    report = desk.take("Firma;Art;Tag;Wo;Preis;Geld;x\nAcme;IT;3/1/2017;S;9.5;CHF;?\nBeta;;;;;;\n", mapping=mapping)
    assert report.is_clean
    found = desk.companies("name", "sector", "note", "founded_on")
    assert [row[:3] for row in found] == [("Acme", "tech", "archive"), ("Beta", "food", "archive")]
    assert [str(row[3]) for row in found] == ["2017-03-01", "None"]
    assert [str(price.amount) + price.currency for (price,) in desk.companies("price") if price] == ["9.50CHF"]


def test_columns_that_do_not_fit_are_all_told_before_anything_is_written(desk: Desk) -> None:
    with pytest.raises(CommandError) as refusal:
        desk.take("nam,name,sectr\nA,B,tech\n")
    assert [(fault.pointer, str(fault.hint)) for fault in refusal.value.faults] == [
        ("nam", "Did you mean name?"),
        ("sectr", "Did you mean sector?"),
    ]
    mapping = desk.mapping({"name": {"field": "name"}, "size": {"field": "size"}})
    with pytest.raises(CommandError) as refusal:
        desk.take("name,sise\nA,1\n", mapping=mapping)
    assert {fault.pointer for fault in refusal.value.faults} == {"sise", "size"}
    with pytest.raises(CommandError):
        desk.take("name\nA\n", match=("code",))
    assert desk.companies("name") == []


@pytest.mark.parametrize(
    "columns",
    [
        {"a": {"field": "nme"}},
        {"a": {"field": "region", "by": "shrt"}},
        {"a": {"field": "name", "by": "short"}},
        {"a": {"field": "name", "format": "MM"}},
        {"a": {"field": "founded_on", "format": "MMM d"}},
        {"a": {"field": "double"}},
        {"a": {"field": "number"}},
        {"a": {}},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(desk: Desk, columns: dict[str, Any]) -> None:
    with pytest.raises(CommandError) as refusal:
        desk.take("a\nx\n", mapping=desk.mapping(columns))
    assert str(refusal.value.detail)
    assert desk.companies("name") == []


def test_refused_rows_are_kept_as_they_came_and_the_others_stay(desk: Desk) -> None:
    report = desk.take(
        "name,sector,size,vip,region\n"
        "Acme,tech,5,no,\n"
        ",tech,5,,\n"
        "Beta,tehc,5,,\n"
        "Gamma,tech,many,,\n"
        "Delta,tech,5,yes,\n"
        "Eta,tech,5\n"
        "Theta,tech,5,,Region Y\n"
        "Iota,tech,5,,Region C\n"
    )
    assert report.counts == {"created": 1, "updated": 0, "unchanged": 0, "refused": 7, "incomplete": 0}
    assert desk.companies("name") == [("Acme",)]
    head, *rows = desk.refused()
    assert head == ["_line", "_error", "name", "sector", "size", "vip", "region"]
    assert [row[0] for row in rows] == ["3", "4", "5", "6", "7", "8", "9"]
    assert [row[2:] for row in rows][:3] == [
        ["", "tech", "5", "", ""],
        ["Beta", "tehc", "5", "", ""],
        ["Gamma", "tech", "many", "", ""],
    ]
    for row, words in zip(
        rows,
        (
            "name: Name is missing",
            "sector “tehc”",
            "size “many”",
            "A VIP is large",
            "3 cells",
            "Region Y",
            "region “Region C”",
        ),
        strict=True,
    ):
        assert words in row[1]
    assert "did you mean tech?" in rows[1][1].lower()


def test_a_mended_file_of_refused_rows_goes_in(desk: Desk) -> None:
    desk.take("name,sector\nAcme,tehc\n")
    path = desk.folder / "file.csv.refused.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",tehc", ",tech"), encoding="utf-8")
    assert desk.take(path).is_clean
    assert desk.companies("name", "sector") == [("Acme", "tech")]


def test_unique_values_clash_row_by_row(desk: Desk) -> None:
    rows = "".join(f"N{n},C{n % 150}\n" for n in range(170))
    report = desk.take(f"name,code\n{rows}")
    assert (report.counts["created"], report.counts["refused"]) == (150, 20)
    # Refused rows took no number: the next one follows.
    assert desk.companies("name", "number")[-1] == ("N149", "C-150")
    assert [row[2] for row in desk.refused()[1:]] == [f"N{n}" for n in range(150, 170)]


def test_match_changes_what_is_there_and_a_blank_matches_nothing(desk: Desk) -> None:
    desk.take("code,name,size\nA,Acme,1\n,Nobody,1\n")
    report = desk.take("code,name,size\nA,Acme,2\nB,Beta,3\n,Nobody,1\nB,Beta,4\n", match=("code",))
    assert report.counts == {"created": 2, "updated": 2, "unchanged": 0, "refused": 0, "incomplete": 0}
    assert sorted(desk.companies("name", "size", "version")) == [
        ("Acme", 2, 2),
        ("Beta", 4, 2),
        ("Nobody", 1, 1),
        ("Nobody", 1, 1),
    ]
    again = desk.take("code,name,size\nA,Acme,\nB,Beta,4\n", match=("code",))
    assert (again.counts["updated"], again.counts["unchanged"]) == (1, 1)
    assert ("Acme", None) in desk.companies("name", "size")


def test_match_by_several_fields_and_links(desk: Desk) -> None:
    desk.take("name,region,size\nAcme,Region N,1\nAcme,Region S,2\n")
    report = desk.take("name,region,size\nAcme,Region S,5\nAcme,Region N,6\n", match=("name", "region"))
    assert report.counts["updated"] == 2
    assert [size for (size,) in desk.companies("size")] == [6, 5]
    twice = desk.take("name,size\nAcme,1\n", match=("name",))
    assert twice.counts["refused"] == 1
    assert "2 records match" in desk.refused()[1][1]


def test_links_point_at_rows_further_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_A_STEP", 2)
    report = desk.take("name,parent\nA,E\nB,A\nC,C\nD,\nE,D\nF,Nobody\n")
    assert (report.counts["created"], report.counts["refused"]) == (5, 1)
    names = dict(desk.companies("id", "name"))
    assert {name: names.get(parent) for name, parent in desk.companies("name", "parent")} == {
        "A": "E",
        "B": "A",
        "C": "C",
        "D": None,
        "E": "D",
    }


def test_a_link_to_a_row_that_is_refused_is_told(desk: Desk) -> None:
    report = desk.take("name,size,parent\nA,1,B\nB,many,\n")
    assert (report.counts["created"], report.counts["refused"], report.counts["incomplete"]) == (1, 1, 1)
    assert not report.is_clean
    assert "not this link" in desk.refused()[2][1]


def test_missing_links_may_stay_blank(desk: Desk) -> None:
    mapping = desk.mapping({"name": {"field": "name"}, "r": {"field": "region", "by": "short", "missing": "blank"}})
    assert desk.take("name,r\nA,Y\nB,N\n", mapping=mapping).is_clean
    assert [region is None for (region,) in desk.companies("region")] == [True, False]


def test_a_title_that_several_records_have_names_none(desk: Desk) -> None:
    desk.create("region", name="Region N", open=True)
    desk.take("name,region\nA,Region N\n")
    assert "2 records of region" in desk.refused()[1][1]


def test_several_links_are_found_by_title_or_id(desk: Desk) -> None:
    comma = desk.create("region", name="Up, down", open=True)
    assert desk.take(
        f'name,markets\nA,"Region N, Region S"\nB,"Up, down"\nC,"{comma}, Region N,Region N"\nD,\n'
    ).is_clean
    titles = desk.titles("markets")
    assert titles == [("Region N", "Region S"), ("Up, down",), ("Up, down", "Region N"), ()]
    assert "Region N" not in desk.export()
    desk.folder.joinpath("again.csv").write_text(desk.export(), "utf-8")
    assert desk.take(desk.folder / "again.csv", match=["id"]).is_clean
    assert desk.titles("markets") == titles


def test_each_doubtful_one_of_several_links_is_told(desk: Desk) -> None:
    desk.create("region", name="Region N", open=True)
    desk.take('name,markets\nA,"Region S, Region N, Regoin C"\nB,Region S\n')
    told = " ".join(desk.refused()[1])
    assert "2 records of region are called “Region N”" in told
    assert "There is no region “Regoin C”" in told
    assert desk.titles("markets") == [("Region S",)]


def test_several_links_go_by_another_field_and_may_lack_some(desk: Desk) -> None:
    columns = {"name": {"field": "name"}, "m": {"field": "markets", "by": "short", "missing": "blank"}}
    columns["m"]["values"] = {"North": "N"}
    assert desk.take('name,m\nA,"North, Y, S"\nB,Y\n', mapping=desk.mapping(columns)).is_clean
    assert desk.titles("markets") == [("Region N", "Region S"), ()]


def test_links_that_the_importer_does_not_see_are_absent(desk: Desk) -> None:
    desk.act = desk.world.context(roles=("clerk",))
    desk.take('name,code,markets\nA,A,"Region X, Region N"\n')
    assert "There is no region “Region X”" in " ".join(desk.refused()[1])


def test_a_trial_writes_nothing(desk: Desk) -> None:
    desk.take("name,code\nAcme,A\n")
    report = desk.take("name,code\nAcme 2,A\nB,B\nB,B\n,C\n", match=("code",), trial=True)
    assert report.counts == {"created": 1, "updated": 2, "unchanged": 0, "refused": 1, "incomplete": 0}
    assert desk.companies("name") == [("Acme",)]
    assert not (desk.folder / "file.csv.refused.csv").exists()


class CutError(Exception):
    """Somebody pulled the plug."""


def test_a_run_that_was_cut_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_A_STEP", 10)
    rows = "".join(f"N{n},{'x' if n in {3, 33} else n},{f'N{n + 20}' if n == 5 else ''}\n" for n in range(45))
    path = desk.file(f"name,size,parent\n{rows}")

    def cut(done: int) -> None:
        if done == 20:
            raise CutError

    with pytest.raises(CutError):
        desk.importer(path).run(cut)
    assert len(desk.companies("name")) == 19
    report = desk.take(path)
    assert desk.told[0] == report.resumed == 20
    assert report.counts == {"created": 43, "updated": 0, "unchanged": 0, "refused": 2, "incomplete": 0}
    assert [row[0] for row in desk.refused()[1:]] == ["5", "35"]
    names = dict(desk.companies("id", "name"))
    assert {name: names[parent] for name, parent in desk.companies("name", "parent") if parent} == {"N5": "N25"}
    assert desk.take(path).resumed == 0  # it came to its end: the same file is a new import


def test_the_rights_of_the_importer_hold(desk: Desk) -> None:
    boss = desk.act
    clerk = replace(desk.world.person("clerk@example.com", "clerk"), door="import")
    desk.act = clerk
    report = desk.take(
        "name,sector,region,owner\n"
        + "".join(
            f"{name},{sector},{region},{owner}\n"
            for name, sector, region, owner in (
                ("Mine", "food", "Region N", "clerk"),
                ("Tech", "tech", "", "clerk"),
                ("Unseen", "food", "Region X", "clerk"),
                ("Nobody's", "food", "", ""),
            )
        )
    )
    assert [row[2] for row in desk.refused()[1:]] == ["Tech", "Unseen", "Nobody's"]
    assert report.counts["created"] == 1
    for header in ("revenue", "rate", "created_at"):
        mapping = desk.mapping({"name": {"field": "name"}, "x": {"field": header}}) if header != "rate" else None
        with pytest.raises(CommandError):
            desk.take(f"name,{'x' if mapping else header}\nA,1\n", mapping=mapping)
    assert "Mine" in desk.export()
    desk.act = boss
    desk.take("name,code,sector\nOther,O,food\n")
    desk.act = clerk
    assert "Other" not in desk.export()
    assert desk.take("name,code\nStolen,O\n", match=("code",)).counts["refused"] == 1
    assert ("Other", "O") in desk.companies("name", "code")
    desk.act = replace(desk.world.person("reader@example.com", "reader"), door="import")
    with pytest.raises(ForbiddenError):
        desk.take("name\nA\n")
    with pytest.raises(ForbiddenError):
        desk.export()


def test_what_the_server_sets_needs_an_ability(desk: Desk) -> None:
    clerk = desk.world.person("clerk@example.com", "clerk")
    text = "name,created_at,created_by,updated_at,version\nOld,2001-02-03T04:05:06Z,clerk,2002-02-03T04:05:06Z,7\n"
    report = desk.take(text)
    assert report.left_out == ("version",)
    ((created, by, updated, version),) = desk.companies("created_at", "created_by", "updated_at", "version")
    assert (created.isoformat(), by, updated.year, version) == ("2001-02-03T04:05:06+00:00", clerk.actor.id, 2002, 1)
    row = Row({"name": "New", "sector": "food"}, None, {"created_at": "2001-02-03T04:05:06Z"})
    (outcome,) = desk.world.services.door.write_many(clerk, "company", [row])
    assert isinstance(outcome.error, ForbiddenError)


def test_every_write_leaves_its_history(desk: Desk) -> None:
    desk.take("code,name\nA,Acme\n")
    desk.take("code,name\nA,Acme 2\n", match=("code",))
    ((ident,),) = desk.companies("id")
    door = desk.world.services.door
    items = door.history(desk.world.context(), "company", ident, None, 10).items
    assert [(item["op"], item["version"], item["door"]) for item in items] == [
        ("update", 2, "import"),
        ("create", 1, "import"),
    ]
    assert items[0]["fields"] == {"name": ["Acme", "Acme 2"]}
    assert items[1]["fields"]["number"] == [None, "C-001"]


def test_an_export_comes_back_unchanged(desk: Desk) -> None:
    desk.take(
        "name,code,sector,size,revenue,price,rate,founded_on,seen_at,vip,note,region,parent\n"
        '"=1+1",A,tech,3,-5.25,-1 EUR,-0.125,2001-02-03,2026-01-02T03:04:05.678Z,no,"+x\n\'@y",Region N,\n'
        "\"'-\",B,,,,,,,,,'',,=1+1\n"
    )
    before = desk.export("jsonl")
    text = desk.export()
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not any(cell.strip().startswith(("=", "+", "@")) for cell in cells)
    assert desk.take(desk.file(text, "export.csv"), match=("id",)).counts["unchanged"] == 2
    assert desk.export("jsonl") == before
    door, system = desk.world.services.door, desk.world.context()
    for (ident,) in desk.companies("id"):
        door.delete(system, "company", ident, None)
    # Records in the bin keep their ids.
    assert desk.take(desk.folder / "export.csv").counts["refused"] == 2
    assert desk.export("jsonl") == ""


def test_an_export_goes_page_by_page_through_a_filter(desk: Desk) -> None:
    desk.take("name,size\n" + "".join(f"N{n},{n}\n" for n in range(1201)))
    lines = desk.export("csv", "size >= 100").splitlines()
    assert len(lines) == 1 + 1101
    assert len({line.split(",")[0] for line in lines}) == 1102
    with pytest.raises(MalformedError):
        desk.export("csv", "sise > 1")


def test_unknown_entities_are_refused(desk: Desk) -> None:
    services = desk.world.services
    with pytest.raises(NotFoundError):
        Importer(services.database, services.door, lambda: desk.act, Job(open_table(desk.file("a\n")), "compny"))
