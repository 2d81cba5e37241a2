"""Definitions changed at the desk: in a draft, planned, applied, and the very files that pull gives and apply takes."""

from pathlib import Path

import pytest

from metadata.documents import canonical
from tests.http.desk.world import Desk, comes_back
from tests.http.test_pages import hidden_inputs, post, text
from tests.support.clients import client_of

FIELDS = "/admin/entities/account/fields"


def test_an_entity_made_by_form_is_the_files_that_pull_gives_and_apply_takes(
    desk: Desk, shared_engine: str, tmp_path: Path
) -> None:
    desk.kept("/admin/entities/new", {"label": "Site visit", "label_plural": "Site visits", "owned": "1"})
    fields = "/admin/entities/site_visit/fields/new"
    desk.kept(fields, {"label": "Visited on", "type": "date", "required": "1", "max": "today"})
    desk.kept(fields, {"label": "Account", "type": "link", "to": "account", "on_delete": "restrict"})
    desk.kept(fields, {"label": "Result", "type": "choice", "options": "Good\nSo so\nbad: Rather bad"})
    desk.kept(
        "/admin/entities/site_visit/rules/new",
        {"refuse_when": "result = 'bad' and is_blank(account)", "message": "Say which account."},
    )
    desk.kept("/admin/roles/clerk", {"site_visit.read": "all", "site_visit.read.was": "none"})
    desk.kept("/admin/navigation/shop/new", {"leads": "entity.site_visit", "group": "work"})
    plan = text(desk.admin.get("/admin/draft"))
    assert "Site visit" in plan
    answer = desk.apply(confirm="rights")
    assert answer.status == 303, text(answer)
    files = desk.site()
    assert {"entities/site_visit.json", "roles/clerk.json", "navigation/shop.json"} <= files.keys()
    assert '"bad": {\n          "label": "Rather bad"' in files["entities/site_visit.json"]
    comes_back(desk, shared_engine, tmp_path)


def test_every_type_of_field_has_a_form_of_its_options(desk: Desk) -> None:
    for name in desk.world.services.catalogue.field_types:
        answer = desk.admin.get(f"{FIELDS}/new?type={name}")
        assert answer.status == 200, name
        assert f'name="drawn" value="{name}"' in text(answer)


def test_what_the_check_finds_stands_at_its_control_and_what_was_typed_stays(desk: Desk) -> None:
    answer = post(
        desk.admin, f"{FIELDS}/new", {"label": "Odd one", "type": "integer", "min": "9", "visible_when": "siz > 1"}
    )
    assert answer.status == 422
    page = text(answer)
    assert 'value="Odd one"' in page
    assert 'id="f-visible_when-error"' in page
    assert "Did you mean" in page
    assert "draft-bar" not in page  # nothing was kept, so that no draft was begun


def test_what_begins_like_json_and_is_too_deep_to_be_read_is_a_text(desk: Desk) -> None:
    desk.kept(f"{FIELDS}/new", {"label": "Deep", "type": "text", "default": "[" * 5_000})
    assert f'"default": "{"[" * 5_000}"' in desk.world.services.drafts.all()[0].files["entities/account.json"]


def test_a_changed_label_is_a_patch_over_the_bundle_and_taking_it_back_leaves_none(desk: Desk) -> None:
    desk.kept(f"{FIELDS}/lot", {"label": "Batch", "indexed": "1"})
    draft = desk.world.services.drafts.all()[0]
    assert draft.files["entities/account.json"] == canonical({"fields": {"lot": {"label": "Batch"}}})
    desk.kept(f"{FIELDS}/lot", {"label": "Lot", "indexed": "1"})
    assert "entities/account.json" not in desk.world.services.drafts.all()[0].files


def test_steps_are_undone_and_done_again(desk: Desk) -> None:
    desk.kept(f"{FIELDS}/lot", {"label": "Once", "indexed": "1"})
    desk.kept(f"{FIELDS}/lot", {"label": "Twice", "indexed": "1"})
    desk.kept("/admin/draft/undo", {"next": FIELDS + "/lot"})
    assert 'value="Once"' in text(desk.admin.get(f"{FIELDS}/lot"))
    desk.kept("/admin/draft/redo", {})
    assert 'value="Twice"' in text(desk.admin.get(f"{FIELDS}/lot"))


def test_a_field_is_retired_with_its_uses_told_and_comes_back(desk: Desk) -> None:
    asked = text(desk.admin.get(f"{FIELDS}/margin/retire"))
    assert "Role “Clerk”" in asked
    desk.kept(f"{FIELDS}/margin/retire", {})
    assert 'value="retired"' in text(desk.admin.get("/admin/draft"))
    unconfirmed = desk.apply()
    assert unconfirmed.status == 422
    assert 'id="f-confirm-retired"' in text(unconfirmed)
    desk.kept(f"{FIELDS}/margin/retire", {})
    assert "entities/account.json" not in desk.world.services.drafts.all()[0].files


def test_an_option_that_a_bundle_brings_is_retired_and_comes_back_when_it_is_written_again(desk: Desk) -> None:
    path = f"{FIELDS}/stage"
    desk.kept(path, {"label": "Stage", "default": "new", "options": "new: New\nlost: Lost"})
    files = desk.world.services.drafts.all()[0].files
    assert files["entities/account.json"] == canonical({"fields": {"stage": {"options": {"won": {"retired": True}}}}})
    assert "won: Won" not in text(desk.admin.get(path))
    desk.kept(path, {"label": "Stage", "default": "new", "options": "new: New\nwon: Won\nlost: Lost"})
    assert "entities/account.json" not in desk.world.services.drafts.all()[0].files


def test_options_of_a_list_are_retired_restored_and_put_in_order(desk: Desk) -> None:
    desk.publish({"choices/sizes.json": {"label": "Sizes", "options": {"s": {"label": "S"}, "l": {"label": "L"}}}})
    path = "/admin/choices/sizes"
    desk.kept(path, {"options": "l: L"})
    assert "until they are written again: S." in text(desk.admin.get(path))
    desk.kept(path, {"options": "l: L\ns: Small"})
    found = desk.world.services.drafts.all()[0].files["choices/sizes.json"]
    options = {"l": {"label": "L"}, "s": {"label": "Small"}}
    assert found == canonical({"label": "Sizes", "options": options})


def test_what_has_no_label_is_restored_under_its_name(desk: Desk) -> None:
    desk.publish(
        {
            "entities/bare.json": {"fields": {"name": {"type": "text"}}},
            "choices/marks.json": {"options": {"a": {"retired": True}, "b": {}}},
        }
    )
    assert "again: a." in text(desk.admin.get("/admin/choices/marks"))
    desk.publish({})
    assert "“bare”" in text(desk.admin.get("/admin/entities/bare/restore"))
    desk.kept("/admin/entities/bare/restore", {})


def test_options_and_fields_that_a_bundle_brings_are_put_in_order_by_an_array_that_goes_with_it(desk: Desk) -> None:
    path = f"{FIELDS}/stage"
    stage: dict[str, object] = {"label": "Stage", "default": "new"}
    desk.kept(path, {**stage, "options": "won: Won\nnew: New\nlost: Lost"})
    order = {"fields": {"stage": {"option_order": ["won", "new", "lost"]}}}
    assert desk.world.services.drafts.all()[0].files["entities/account.json"] == canonical(order)
    assert "won: Won\nnew: New\nlost: Lost" in text(desk.admin.get(path))
    desk.kept(path, {**stage, "options": "new: New\nwon: Won\nlost: Lost"})
    desk.kept("/admin/entities/account/order", {"field": "code", "by": "up"})
    assert '"field_order"' in desk.world.services.drafts.all()[0].files["entities/account.json"]
    desk.kept("/admin/entities/account/order", {"field": "code", "by": "down"})
    assert "entities/account.json" not in desk.world.services.drafts.all()[0].files


def test_an_entity_of_the_site_is_retired_and_comes_back_as_it_was(desk: Desk) -> None:
    desk.kept("/admin/entities/new", {"label": "Loan", "label_plural": "Loans"})
    desk.kept("/admin/entities/loan/fields/new", {"label": "Due on", "type": "date"})
    assert desk.apply().status == 303
    before = desk.site()["entities/loan.json"]
    desk.kept("/admin/entities/loan/retire", {})
    assert desk.apply(confirm="prune").status == 303
    assert "/admin/entities/loan/restore" in text(desk.admin.get("/admin/entities"))
    assert "Restore “Loan”" in text(desk.admin.get("/admin/entities/loan/restore"))
    desk.kept("/admin/entities/loan/restore", {})
    assert "/admin/entities/loan/restore" not in text(desk.admin.get("/admin/entities"))
    assert desk.apply(confirm="restored").status == 303
    assert desk.site()["entities/loan.json"] == before
    assert desk.admin.get("/admin/entities/loan/restore").status == 404


def test_an_entity_that_a_bundle_brings_says_why_it_cannot_be_retired(desk: Desk) -> None:
    assert "only that can retire it" in text(desk.admin.get("/admin/entities/account"))
    assert desk.admin.get("/admin/entities/account/retire").status == 422
    assert post(desk.admin, "/admin/entities/account/retire", {}).status == 422


def test_a_widened_right_is_told_with_its_people_and_needs_a_tick(desk: Desk) -> None:
    desk.browser("one_clerk", "clerk")
    desk.kept("/admin/roles/clerk", {"account.update": "team", "account.update.was": "own", "then": "plan"})
    plan = text(desk.admin.get("/admin/draft"))
    assert "change: own → team" in plan
    assert desk.apply().status == 422
    assert desk.apply(confirm="rights").status == 303
    head = desk.world.services.publisher.head_number()
    back = f"/admin/revisions/{head - 1}/back"
    step = hidden_inputs(text(desk.admin.get(back)))["step"]
    assert post(desk.admin, back, {"step": step, "message": "Not that", "confirm": "prune"}).status == 303
    assert desk.world.services.publisher.head_number() == head + 1


def test_a_matrix_that_nobody_touched_is_no_change(desk: Desk) -> None:
    desk.kept("/admin/roles/clerk", {"account.read": "all", "account.read.was": "all"})
    assert not [one for one in desk.world.services.drafts.all() if one.step]


def test_going_on_from_the_matrix_to_the_fields_of_an_entity_keeps_what_was_chosen(desk: Desk) -> None:
    way = desk.kept("/admin/roles/clerk", {"account.update": "team", "account.update.was": "own", "then": "account"})
    assert way.startswith("/admin/roles/clerk/account")
    assert '"update": "team"' in desk.world.services.drafts.all()[0].files["roles/clerk.json"]


def test_who_only_looks_at_the_fields_of_an_entity_begins_no_draft(desk: Desk) -> None:
    way = desk.kept("/admin/roles/clerk", {"account.read": "all", "account.read.was": "all", "then": "account"})
    assert way == "/admin/roles/clerk/account"
    assert desk.world.services.drafts.all() == []


def test_a_condition_of_a_field_says_how_it_is_written(desk: Desk) -> None:
    assert text(desk.admin.get(f"{FIELDS}/lot")).count("A condition over the fields by their names") == 3


def test_a_draft_is_put_over_what_went_live_meanwhile_or_both_sides_are_shown(desk: Desk) -> None:
    desk.publish({"roles/guest.json": {"label": "Visitor"}})
    desk.kept(f"{FIELDS}/lot", {"label": "Mine", "indexed": "1"})
    desk.publish({"roles/guest.json": {"label": "Caller"}})
    assert desk.admin.get("/admin/draft").status == 303
    assert "No document was changed on both sides" in text(desk.admin.get("/admin/draft/moved"))
    desk.kept("/admin/draft/moved", {})
    assert desk.world.services.drafts.all()[0].files["roles/guest.json"] == canonical({"label": "Caller"})
    theirs = {"fields": {"lot": {"label": "Theirs"}}}
    desk.publish({"entities/account.json": theirs})
    refused = post(desk.admin, "/admin/draft/moved", {})
    assert refused.status == 409
    assert "Mine" in text(refused)
    assert "Theirs" in text(refused)
    desk.kept("/admin/draft/moved", {"entities/account.json": "mine"})
    assert desk.apply(confirm="prune").status in {303, 422}
    assert 'value="Mine"' in text(desk.admin.get(f"{FIELDS}/lot"))


def test_a_document_as_text_is_checked_as_files_are(desk: Desk) -> None:
    path = "/admin/documents/entities/account.json"
    refused = post(desk.admin, path, {"text": '{"fields": {"lot": {"labl": "X"}}}'})
    assert refused.status == 422
    assert "/fields/lot" in text(refused)
    assert "labl" in text(refused)
    broken = post(desk.admin, path, {"text": "{"})
    assert broken.status == 422
    desk.kept(path, {"text": '{"fields": {"lot": {"label": "As text"}}}'})
    assert (
        desk.world.services.drafts.all()[0].files["entities/account.json"]
        == '{"fields": {"lot": {"label": "As text"}}}'
    )


def test_a_draft_is_changed_by_its_owner_alone(desk: Desk) -> None:
    desk.kept(f"{FIELDS}/lot", {"label": "Mine alone", "indexed": "1"})
    other = desk.browser("second_admin", "administrator")
    assert "Mine alone" not in text(other.get(f"{FIELDS}/lot"))
    assert other.get("/admin/draft/moved").status == 404


@pytest.mark.parametrize(
    "path",
    ["/admin/entities", f"{FIELDS}/new", "/admin/roles/clerk", "/admin/navigation", "/admin/revisions", "/admin/draft"],
)
def test_who_neither_designs_nor_publishes_sees_none_of_it(desk: Desk, path: str) -> None:
    clerk = desk.browser(f"clerk_{abs(hash(path))}", "clerk")
    assert clerk.get(path).status == 403
    assert post(clerk, f"{FIELDS}/new", {"label": "X", "type": "text"}).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/admin/entities/nothing",
        f"{FIELDS}/nothing",
        f"{FIELDS}/new?type=nothing",
        "/admin/entities/account/rules/nothing",
        "/admin/roles/nothing",
        "/admin/roles/clerk/nothing",
        "/admin/navigation/nothing/new",
        "/admin/revisions/99999",
        "/admin/documents/nothing/x.json",
        "/admin/choices/nothing",
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.admin.get(path).status == 404


def test_the_api_keeps_checks_plans_and_publishes_drafts(desk: Desk) -> None:
    client = client_of(desk.app, "desk_admin@example.com")
    place = "metadata/drafts/from_outside"
    spoilt = {"files": {"entities/account.json": {"fields": {"lot": {"labl": "X"}}}}}
    assert client.call("PUT", place, spoilt).status == 200
    assert "labl" in str(client.post(f"{place}/check", {}).json["problems"])
    assert client.post(f"{place}/publish", {"message": "No"}).status == 422
    sound = {"files": {"entities/account.json": {"fields": {"lot": {"label": "By API"}}}}}
    assert client.call("PUT", place, sound).json["step"] == 2
    plan = client.post(f"{place}/plan", {}).json
    assert plan["publishable"]
    assert [one["address"] for one in plan["changes"]] == ["entity/account/fields/lot"]
    done = client.post(f"{place}/publish", {"message": "Through the API"})
    assert done.json["revision"] == desk.world.services.publisher.head_number()
    assert client.get(place).status == 404
    assert desk.site() == {"entities/account.json": canonical(sound["files"]["entities/account.json"])}
    assert client.call("PUT", place, {"fils": {}}).status == 400
    guest = client_of(desk.app, desk.world.person("api_guest@example.com", "guest").actor.email)
    assert guest.get("metadata/drafts").status == 403
