"""The command line as people script it: exit status, what is asked, JSON, and files that come back unchanged."""

import hashlib
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from framework.cli import COMMANDS
from framework.files import Store
from framework.settings import read_settings
from tests.support.bundles import write_folder
from tests.support.commands import Run, commands_on, told

CLERK: dict[str, Any] = {
    "label": "Clerk",
    "grants": {"deal": {"read": "own", "create": True, "update": "own", "delete": False}},
}
DEAL: dict[str, Any] = {
    "label": "Deal",
    "traits": {"owned": True},
    "fields": {"name": {"type": "text", "label": "Name"}, "note": {"type": "text", "label": "Note"}},
}
BUNDLE: dict[str, Any] = {
    "bundle.json": {"name": "shop", "title": "Shop", "version": "1.0", "language": 1},
    "entities/deal.json": DEAL,
    "entities/firm.json": {"label": "Firm", "fields": {"name": {"type": "text", "label": "Name"}}},
    "roles/clerk.json": CLERK,
    "README.md": "# Shop\n",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return commands_on(database_url, tmp_path, monkeypatch)


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Path:
    folder = write_folder(tmp_path / "shop", BUNDLE)
    done = run("init", "--bundle", folder)
    assert done.exit_code == 0, done.output
    return folder


def test_plan_says_by_its_status_whether_there_is_something_to_do(run: Run, shop: Path) -> None:
    assert run("plan", shop, "--exit-code").exit_code == 0
    write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]})
    assert run("plan", shop).exit_code == 0
    found = told(run("plan", shop, "--exit-code", "--json"), 3)
    assert [one["address"] for one in found["changes"]] == ["entity/visit"]
    write_folder(shop, {"entities/visit.json": {"label": "Visit", "fields": {"x": {"type": "nothing"}}}})
    refused = told(run("plan", shop, "--json"), 1)
    assert (refused["publishable"], refused["problems"][0]["file"]) == (False, "entities/visit.json")


def test_apply_makes_a_revision_once(run: Run, shop: Path) -> None:
    write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]})
    found = told(run("apply", shop, "--message", "Visits", "--json"))
    assert (found["base"], found["revision"]) == (1, 2)
    assert told(run("apply", shop, "--message", "Again", "--json"))["revision"] == 2


def test_apply_asks_for_a_word_where_something_may_be_lost(run: Run, shop: Path) -> None:
    (shop / "entities/firm.json").unlink()
    write_folder(shop, {"entities/deal.json": {**DEAL, "fields": {"name": DEAL["fields"]["name"]}}})
    done = run("apply", shop, "--message", "Less")
    assert done.exit_code == 1
    assert "entity/firm" in done.stderr
    assert "entity/deal/fields/note" in done.stderr
    assert run("apply", shop, "--message", "Less", "--yes").exit_code == 1
    found = told(run("apply", shop, "--message", "Less", "--prune", "--json"), 1)
    assert [(one["code"], one["value"]) for one in found["problems"]] == [("confirmation", "retired")]
    assert told(run("apply", shop, "--message", "Less", "--prune", "--yes", "--json"))["revision"] == 2


def test_apply_refuses_what_is_wrong_with_all_its_problems(run: Run, shop: Path) -> None:
    write_folder(shop, {"entities/a.json": {"label": "A", "fields": {}}, "entities/b.json": "{"})
    found = told(run("apply", shop, "--message", "Wrong", "--json"), 1)
    assert {one["file"] for one in found["problems"]} >= {"entities/a.json", "entities/b.json"}
    assert run("apply", shop).exit_code == 2


def test_a_wider_right_needs_yes(run: Run, shop: Path) -> None:
    grants = {"deal": {**CLERK["grants"]["deal"], "read": "all"}}
    write_folder(shop, {"roles/clerk.json": {**CLERK, "grants": grants}})
    done = run("apply", shop, "--message", "Wider")
    assert (done.exit_code, "role/clerk on deal: read: own → all" in done.stderr) == (1, True)
    assert run("apply", shop, "--message", "Wider", "--yes").exit_code == 0


def test_a_pull_gives_back_the_bytes_that_were_applied(run: Run, shop: Path, tmp_path: Path) -> None:
    site = {"site.json": {"name": "Ours"}, "entities/deal.json": '{"label":  "Chance"}\n'}
    applied = write_folder(tmp_path / "site", site)
    assert run("apply", applied, "--message", "Site").exit_code == 0
    for layer, folder in (("shop", shop), ("site", applied)):
        pulled = tmp_path / "pulled" / layer
        assert run("pull", pulled, "--layer", layer).exit_code == 0
        assert contents(pulled) == contents(folder)
    assert run("pull", tmp_path / "pulled" / "site", "--layer", "site", "--revision", "1").exit_code == 1
    assert run("pull", tmp_path / "all", "--layer", "all").exit_code == 0
    assert json.loads((tmp_path / "all/entities/deal.json").read_text())["label"] == "Chance"


def test_revisions_are_listed_shown_compared_and_gone_back_to(run: Run, shop: Path) -> None:
    write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]})
    assert run("apply", shop, "--message", "Visits").exit_code == 0
    assert [one["number"] for one in told(run("revisions", "--json"))["revisions"]] == [2, 1]
    shown = told(run("show", "2", "--json"))
    assert ([one["address"] for one in shown["changes"]], shown["live"]) == (["entity/visit"], True)
    assert [one["change"] for one in told(run("diff", "head", "1", "--json"))["changes"]] == ["retired"]
    assert told(run("diff", "head", shop, "--json"))["changes"] == []
    assert told(run("rollback", "1", "--message", "Back", "--json"))["revision"] == 3
    assert told(run("diff", "1", "head", "--json"))["changes"] == []
    done = run("rollback", "9", "--message", "Nowhere")
    assert (done.exit_code, done.stderr) == (1, "armature: There is no revision 9\n")


def test_bundles_are_listed_and_removed(run: Run, shop: Path) -> None:
    assert [one["name"] for one in told(run("bundle", "list", "--json"))["bundles"]] == ["core", "shop"]
    assert run("bundle", "remove", "shop").exit_code == 1
    assert run("bundle", "remove", "core", "--yes").exit_code == 1
    assert run("bundle", "remove", "shop", "--yes").exit_code == 0
    assert [one["name"] for one in told(run("bundle", "list", "--json"))["bundles"]] == ["core"]
    assert shop.is_dir()


def test_schemas_are_printed_and_written(run: Run, tmp_path: Path) -> None:
    assert told(run("schema", "entity"))["$schema"].startswith("https://json-schema.org/")
    assert {"entity", "role", "screen", "site"} <= told(run("schema")).keys()
    assert run("schema", "--out", tmp_path / "schemas").exit_code == 0
    assert json.loads((tmp_path / "schemas/role.schema.json").read_text())["title"] == "Role"
    assert run("schema", "nonsense").exit_code == 2


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = create_engine(database_url)
    yield opened
    opened.dispose()


def people(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row[0] for row in connection.execute(text('SELECT email FROM "user" ORDER BY email'))]


def test_a_backup_brings_everything_back_and_nothing_newer_stays(
    run: Run, shop: Path, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "backup.file"
    assert run("user", "add", "ada@example.com", "--role", "clerk").exit_code == 0
    store, content = Store(read_settings().files_url), hashlib.sha256(b"kept").hexdigest()
    store.keep(io.BytesIO(b"kept"), content)
    done = run("backup", file)
    assert done.exit_code == 0, done.output
    assert {oct(one.stat().st_mode)[-3:] for one in tmp_path.glob("backup.file*")} == {"600"}
    store.forget(content)
    assert run("user", "add", "bob@example.com", "--role", "clerk").exit_code == 0
    write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]})
    assert run("apply", shop, "--message", "Later").exit_code == 0
    done = run("restore", file)
    assert done.exit_code == 0, done.output
    assert people(engine) == ["ada@example.com"]
    assert b"".join(store.parts_of(content)) == b"kept"
    assert [one["number"] for one in told(run("revisions", "--json"))["revisions"]] == [1]
    assert told(run("doctor", "--json"))["problems"] == []
    assert run("apply", shop, "--message", "Later").exit_code == 0


def test_what_is_no_sound_backup_is_refused_before_anything_is_touched(
    run: Run, shop: Path, engine: Engine, tmp_path: Path
) -> None:
    assert run("user", "add", "ada@example.com", "--role", "clerk").exit_code == 0
    file, wrong = tmp_path / "backup.file", tmp_path / "wrong"
    assert run("backup", file).exit_code == 0
    sound = file.read_bytes()
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE t (a)")
    other.close()
    cut = {
        "empty": b"",
        "text": b"hello",
        "cut": sound[: len(sound) // 2],
        "other": (tmp_path / "other.db").read_bytes(),
    }
    for data in cut.values():
        wrong.write_bytes(data)
        done = run("restore", wrong)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1), done.output
    assert run("restore", tmp_path / "absent").exit_code == 1
    assert people(engine) == ["ada@example.com"]
    assert shop.is_dir()


def test_a_backup_of_a_newer_release_is_refused(run: Run, shop: Path, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE sys_schema SET version = 99"))
    done = run("backup", tmp_path / "backup.file")
    assert (done.exit_code, "schema 99" in done.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == []
    assert shop.is_dir()


def test_the_doctor_names_what_is_missing_and_shows_no_secret(
    run: Run, shop: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMATURE_ADMIN_PASSWORD", "correct-horse-battery")
    done = run("doctor", "--json")
    found = told(done)
    assert (found["head"], found["bundles"], found["database"]["reachable"]) == (1, ["shop"], True)
    assert "correct-horse" not in done.output
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE firm"))
    assert told(run("doctor", "--json"), 1)["drift"] == ["firm"]
    assert shop.is_dir()


def test_the_doctor_says_that_a_database_is_out_of_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMATURE_DATABASE_URL", "postgresql://nobody:topsecret@127.0.0.1:1/none")
    done = run("doctor", "--json")
    found = told(done, 1)
    assert (found["database"]["reachable"], len(found["problems"])) == (False, 1)
    assert "topsecret" not in done.output


def test_people_get_roles_and_passwords_and_are_shut_out(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMATURE_NEW_PASSWORD", "correct-horse-battery")
    made = told(run("user", "add", "Ada@example.com", "--role", "clerk", "--json"))
    assert made == {"id": made["id"], "email": "ada@example.com", "password": "correct-horse-battery"}
    assert told(run("user", "roles", "ada@example.com", "--add", "administrator", "--remove", "clerk", "--json"))[
        "roles"
    ] == ["administrator"]
    done = run("user", "roles", "ada@example.com", "--add", "clerc")
    assert (done.exit_code, done.stderr) == (1, "armature: There is no role “clerc”; did you mean clerk?\n")
    monkeypatch.delenv("ARMATURE_NEW_PASSWORD")
    assert len(told(run("user", "password", "ada@example.com", "--json"))["password"]) > 20
    assert run("user", "disable", "ada@example.com").exit_code == 0
    assert [(one["email"], one["active"]) for one in told(run("user", "list", "--json"))["people"]] == [
        ("ada@example.com", False)
    ]
    assert run("token", "create", "--user", "ada@example.com", "--name", "x").exit_code == 1
    assert run("user", "disable", "nobody@example.com").exit_code == 1
    assert shop.is_dir()


def test_a_person_acts_by_command_with_their_own_rights(run: Run, shop: Path) -> None:
    assert run("user", "add", "clerk@example.com", "--role", "clerk").exit_code == 0
    write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]})
    for arguments in (
        ("apply", shop, "--message", "Mine"),
        ("rollback", "1", "--message", "Mine"),
        ("user", "password", "clerk@example.com"),
        ("user", "add", "more@example.com", "--role", "administrator"),
    ):
        assert run(*arguments, "--as", "clerk@example.com").exit_code == 1, arguments
    assert [one["number"] for one in told(run("revisions", "--json"))["revisions"]] == [1]
    assert len(told(run("user", "list", "--json"))["people"]) == 1


def test_tokens_are_made_narrow_listed_and_revoked(run: Run, shop: Path) -> None:
    assert run("user", "add", "ada@example.com", "--role", "clerk").exit_code == 0
    create = ("token", "create", "--user", "ada@example.com", "--name", "Sync", "--json")
    made = told(run(*create, "--scope", "deal:read,update", "--days", "3"))
    assert made["token"].startswith(f"arm_{made['id']}_")
    (listed,) = told(run("token", "list", "--json"))
    assert (listed["id"], listed["user"], listed["revoked"]) == (made["id"], "ada@example.com", False)
    assert told(run(*create, "--scope", "deel:read"), 1)["problems"][0]["message"].endswith("did you mean deal?")
    assert told(run(*create, "--scope", "deal:reed"), 1)["problems"]
    assert listed["scope"] == ["deal:read,update"]
    for scope, message in (
        ("deal:update:nmae", "deal has no field “nmae”; did you mean name?"),
        ("*:read:name", "Fields need one entity: a scope is ENTITY:ACTION,…:FIELD,…"),
    ):
        assert told(run(*create, "--scope", scope), 1)["problems"][0]["message"] == message
    narrow = told(run(*create, "--scope", "deal:read", "--scope", "deal:update:name"))
    scopes = {one["id"]: one["scope"] for one in told(run("token", "list", "--json"))}
    assert scopes[narrow["id"]] == ["deal:read", "deal:update:name"]
    assert run("token", "revoke", made["id"]).exit_code == 0
    revoked = {one["id"] for one in told(run("token", "list", "--user", "ada@example.com", "--json")) if one["revoked"]}
    assert revoked == {made["id"]}
    assert run("token", "revoke", "nothing").exit_code == 1
    assert shop.is_dir()


def test_every_command_is_there(run: Run) -> None:
    for name in COMMANDS:
        done = run(name, "--help")
        assert (done.exit_code, done.output.startswith("Usage:")) == (0, True)
    assert run("nonsense").exit_code == 2


def test_the_command_line_is_there_at_once() -> None:
    code = "import sys, framework.cli; sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'flask', 'babel')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_records_leave_as_a_file_and_come_back(run: Run, shop: Path, tmp_path: Path, form: str) -> None:
    assert shop
    (tmp_path / "new.csv").write_text("name,note\nA,=1\nB,\n", "utf-8")
    assert run("import", "deal", tmp_path / "new.csv").exit_code == 0
    path = tmp_path / f"deals.{form}"
    assert run("export", "deal", "--format", form, "--out", path).exit_code == 0
    again = run("import", "deal", path, "--match", "id", "--json")
    assert (again.exit_code, json.loads(again.stdout)["unchanged"]) == (0, 2)
    bare = run("export", "deal", "--format", form)
    assert bare.exit_code == 0
    assert (bare.stdout_bytes[:2] == b"PK") == (form == "xlsx")


def test_a_watched_folder_is_applied_at_every_save(
    run: Run, shop: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time between two looks is when somebody works on the files."""

    def deal(**fields: Any) -> dict[str, Any]:
        return {"entities/deal.json": {**DEAL, "fields": {**DEAL["fields"], **fields}}}

    number = {"type": "integer", "label": "Number"}
    saved = iter([
        lambda: write_folder(shop, deal(size=number)),
        lambda: None,
        lambda: write_folder(shop, {"entities/deal.json": "{ half a file"}),
        lambda: write_folder(shop, deal(size=number, rank=number)),
        lambda: write_folder(shop, {"entities/visit.json": BUNDLE["entities/firm.json"]}),
        (shop / "entities/visit.json").unlink,
    ])  # fmt: skip

    def work(_seconds: float) -> None:
        step = next(saved, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr("framework.commands.apply.time.sleep", work)
    done = run("apply", shop, "--watch", "--yes", "--prune", "--message", "At work")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "Stopped.")
    assert "M004" in done.stderr
    revisions = told(run("revisions", "--json"))["revisions"]
    assert [one["message"] for one in revisions[:-1]] == ["At work"] * 4
    columns = {column["name"] for column in inspect(engine).get_columns("deal")}
    assert {"size", "rank"} <= columns
    assert told(run("diff", "head", shop, "--json"))["changes"] == []
