"""What stands on screens, said by form: columns of lists, sections of forms, and the documents that come of it."""

import re
from html import unescape
from pathlib import Path

import pytest

from metadata.documents import canonical
from tests.http.desk.world import Desk, comes_back
from tests.http.test_pages import post, text

LIST, FORM, GENERATED = (f"/admin/screens/{name}" for name in ("account_list", "account_form", "contact_record"))


def draft(desk: Desk, name: str) -> str | None:
    """The document of a screen in the draft."""
    return desk.world.services.drafts.all()[0].files.get(f"screens/{name}.json")


def shown(desk: Desk, path: str) -> list[str]:
    """The fields that can be moved up, or stand first."""
    page = text(desk.admin.get(path))
    return [unescape(one) for one in re.findall(r'name="field" value="up:([^"]+)"', page)]


def test_columns_are_moved_added_and_removed_and_keep_what_they_say(desk: Desk) -> None:
    assert shown(desk, LIST) == ["name", "size", "stage"]
    assert desk.kept(LIST, {"field": "down:name"}).endswith("#down-name")
    desk.kept(LIST, {"field": "remove:stage"})
    desk.kept(LIST, {"add": "1", "new": "founded_on", "footer.size": "sum", "width.founded_on": "narrow"})
    wanted = [{"field": "size", "footer": "sum"}, {"field": "name", "width": "wide"}, "founded_on"]
    assert draft(desk, "account_list") == canonical({"columns": wanted})
    desk.kept(LIST, {"width.name": "", "width.founded_on": "narrow"})
    wanted = [{"field": "size", "footer": "sum"}, "name", {"field": "founded_on", "width": "narrow"}]
    assert draft(desk, "account_list") == canonical({"columns": wanted})


def test_what_is_as_the_bundle_has_it_needs_no_document(desk: Desk) -> None:
    desk.kept(LIST, {"field": "down:name"})
    desk.kept(LIST, {"field": "up:name", "width.name": "wide", "footer.size": ""})
    assert draft(desk, "account_list") is None


def test_fields_go_from_section_to_section_and_sections_are_made_moved_named_and_taken_away(desk: Desk) -> None:
    desk.kept(FORM, {"field": "down:main.known:code", "label.main.known": "Best known"})
    assert shown(desk, FORM) == [
        "main.known:name",
        "main.placed:code",
        "main.placed:lot",
        "main.placed:rank",
        ".rest:note",
    ]
    desk.kept(FORM, {"field": "up:.rest:note"})
    assert shown(desk, FORM)[3:] == ["main.placed:rank", "main.placed:note"]
    desk.kept("/admin/draft/undo", {})
    assert desk.kept(FORM, {"section": "new", "new_label": "Money", "new_tab": "main"}).endswith("#new.main.money")
    desk.kept(FORM, {"add": "main.money", "new.main.money": "price"})
    desk.kept(FORM, {"section": "up:main.money"})
    desk.kept(FORM, {"section": "remove:.rest"})
    assert draft(desk, "account_form") == canonical(
        {
            "tabs": {
                "main": {
                    "sections": {
                        "known": {"label": "Best known", "fields": ["name"]},
                        "placed": {"fields": ["code", "lot", "rank"]},
                        "money": {"label": "Money", "fields": ["price"]},
                    },
                    "section_order": ["known", "money", "placed"],
                }
            },
            "sections": {"rest": None},
        }
    )


def test_a_screen_that_no_definition_makes_is_one_as_soon_as_something_is_arranged(desk: Desk) -> None:
    assert "made by itself" in text(desk.admin.get(GENERATED))
    desk.kept(GENERATED, {})
    assert not desk.world.services.drafts.all()  # nothing was asked for, so that nothing is pinned
    desk.kept(GENERATED, {"field": "down:.details:account"})
    fields = ["deputy", "account", "home"]
    made = {"kind": "record", "entity": "contact", "label": "Contact", "sections": {}}
    made["sections"] = {"details": {"label": "Details", "fields": fields}}
    assert draft(desk, "contact_record") == canonical(made)


def test_arranged_screens_are_the_files_that_pull_gives_and_apply_takes(
    desk: Desk, shared_engine: str, tmp_path: Path
) -> None:
    desk.kept(LIST, {"add": "1", "new": "price", "footer.size": "avg"})
    desk.kept(FORM, {"section": "new", "new_label": "Outside", "new_tab": ""})
    desk.kept(FORM, {"add": ".outside", "new..outside": "vip"})
    desk.kept("/admin/screens/vault_list", {"add": "1", "new": "created_at"})
    answer = desk.apply()
    assert answer.status == 303, text(answer)
    files = desk.site()
    assert files.keys() == {"screens/account_list.json", "screens/account_form.json", "screens/vault_list.json"}
    comes_back(desk, shared_engine, tmp_path)


def test_what_the_check_refuses_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    answer = post(desk.admin, FORM, {"label.main.known": "x" * 201})
    assert answer.status == 422
    assert "x" * 201 in text(answer)
    assert 'id="summary"' in text(answer)
    assert not desk.world.services.drafts.all()


@pytest.mark.parametrize("path", [LIST, FORM, GENERATED])
@pytest.mark.parametrize(
    "form",
    [
        {"field": "up:nothing"},
        {"field": "sideways:name"},
        {"field": "up:main.known"},
        {"section": "up:nothing"},
        {"section": "new", "new_tab": "nothing"},
        {"add": "nothing", "new.nothing": "name"},
    ],
)
def test_a_button_that_nobody_was_shown_changes_nothing(desk: Desk, path: str, form: dict[str, object]) -> None:
    assert post(desk.admin, path, form).status in {303, 404}
    assert not desk.world.services.drafts.all()


def test_the_ways_to_a_screen_are_there_for_those_who_design(desk: Desk) -> None:
    ident = str(desk.admin.get("/records/account").status)
    assert ident == "200"
    way = 'href="/admin/screens/account_list"'
    assert way in text(desk.admin.get("/admin/entities/account"))
    assert way in text(desk.admin.get("/admin/screens"))
    assert way in text(desk.admin.get("/records/account"))
    assert 'href="/admin/screens/account_form"' in text(desk.admin.get("/records/account/new"))
    clerk = desk.browser("screens_clerk", "clerk")
    assert "/admin/screens" not in text(clerk.get("/records/account")) + text(clerk.get("/records/account/new"))
    assert clerk.get(LIST).status == 403
    assert post(clerk, LIST, {"field": "down:name"}).status == 403


@pytest.mark.parametrize("name", ["nothing", "nothing_list", "large_ones"])
def test_what_cannot_be_arranged_is_not_found(desk: Desk, name: str) -> None:
    assert desk.admin.get(f"/admin/screens/{name}").status == 404


@pytest.mark.parametrize("kind", ["list", "form", "record"])
def test_an_entity_that_has_no_label_lends_its_screens_its_name(desk: Desk, kind: str) -> None:
    desk.kept("/admin/documents/entities/bare.json", {"text": canonical({"fields": {"name": {"type": "text"}}})})
    assert re.search(r"<h1[^>]*>\s*bare", text(desk.admin.get(f"/admin/screens/bare_{kind}")))
