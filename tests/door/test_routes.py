"""Every address asks who is there, and the proofs of rights walk it: a new one fails here until they do."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.door.requests import Requests
from tests.door.test_other_doors import walk
from tests.support.clients import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.door.oracle import Oracle
    from tests.door.sales import Office

# Answers without a person, each for a reason.
PUBLIC = {
    "pages.static": "files of ours, the same for everybody",
    "api_system.health": "says that the process answers, and nothing else",
    "api_system.ready": "says that the database answers, and nothing else",
    "sign_in.show": "one has to come in somewhere",
    "sign_in.sign_in": "one has to come in somewhere; slowed per person and network",
    "sign_in.sign_out": "ends the session that the cookie names, if it names one",
    "links.show": "whoever holds the link sets their password; it tells only of whom it is for",
    "links.use": "whoever holds the link sets their password; slowed per network",
    "links.forgotten": "a form, the same for everybody",
    "links.ask": "answers everybody alike; slowed per network",
    "preferences.change": "theme and language of this browser, before one has signed in too",
}
# Not walked by requests drawn at random or by the canaries, each for a reason.
ELSEWHERE = {
    **PUBLIC,
    "api_records.list_linked": "for fields of links, which the office has none of: tests/http/test_links.py",
    "api_metadata.list_revisions": "for those who design or publish: tests/http/test_metadata.py, test_other_doors",
    "api_metadata.get_revision": "for those who design or publish: tests/http/test_metadata.py, test_other_doors",
    **dict.fromkeys(
        (
            "password.show",
            "password.change",
            "sessions.show",
            "sessions.end",
            "sessions.end_others",
            "tokens.show",
            "tokens.new",
            "tokens.create",
            "tokens.revoke",
        ),
        "refused to tokens, by which the proofs walk: tests/http/test_own_account.py",
    ),
    "admin_overview.show": "tells of no records, only of what one may administer: tests/http/test_desk.py",
    **dict.fromkeys(
        (
            "admin_entities.show",
            "admin_entities.new",
            "admin_entities.create",
            "admin_entities.one",
            "admin_entities.edit",
            "admin_entities.change",
            "admin_entities.order",
            "admin_entities.new_rule",
            "admin_entities.edit_rule",
            "admin_entities.keep_rule",
            "admin_entities.ask_retire",
            "admin_entities.retire",
            "admin_entities.ask_restore",
            "admin_entities.restore",
            "admin_fields.new",
            "admin_fields.types",
            "admin_fields.create",
            "admin_fields.edit",
            "admin_fields.change",
            "admin_fields.ask_retire",
            "admin_fields.retire",
            "admin_origins.show",
            "admin_screens.show",
            "admin_screens.one",
            "admin_screens.change",
            "admin_roles.show",
            "admin_roles.new",
            "admin_roles.create",
            "admin_roles.one",
            "admin_roles.change",
            "admin_roles.fields",
            "admin_roles.change_fields",
            "admin_navigation.show",
            "admin_navigation.new",
            "admin_navigation.create",
            "admin_navigation.change",
            "admin_documents.edit",
            "admin_documents.change",
            "admin_documents.complete",
            "admin_documents.choices",
            "admin_documents.change_choices",
            "admin_draft.show",
            "admin_draft.apply",
            "admin_draft.undo",
            "admin_draft.redo",
            "admin_draft.ask_discard",
            "admin_draft.discard",
            "admin_draft.moved",
            "admin_draft.take_over",
            "admin_revisions.show",
            "admin_revisions.one",
            "admin_revisions.ask_back",
            "admin_revisions.go_back",
        ),
        "definitions, for those who design or publish: tests/http/test_desk.py, tests/http/desk",
    ),
    **dict.fromkeys(
        (
            "admin_people.show",
            "admin_people.new",
            "admin_people.invite",
            "admin_people.show_one",
            "admin_people.change",
            "admin_people.give",
            "admin_people.take",
            "admin_people.join",
            "admin_people.leave",
            "admin_people.end_session",
            "admin_people.revoke_token",
            "admin_people.link",
            "admin_people.disable",
            "admin_people.enable",
            "admin_teams.show",
            "admin_teams.make",
            "admin_teams.rename",
            "admin_teams.delete",
            "admin_explain.show",
        ),
        "for those who manage people: tests/http/test_people_pages.py",
    ),
    "admin_health.show": "for those who operate; tells of no records: tests/http/test_health_page.py",
    "admin_health.retry": "for those who operate: tests/http/test_health_page.py",
    **dict.fromkeys(
        ("admin_demo.show", "admin_demo.remove"), "counts for those who operate the product: tests/http/test_demo.py"
    ),
    **dict.fromkeys(
        (
            "api_drafts.list_drafts",
            "api_drafts.get_draft",
            "api_drafts.put_draft",
            "api_drafts.delete_draft",
            "api_drafts.check_draft",
            "api_drafts.plan_draft",
            "api_drafts.publish_draft",
        ),
        "definitions, for those who design or publish: tests/http/desk/test_drafts.py",
    ),
    "api_metadata.roll_back": "for those who publish: tests/http/test_metadata.py, test_refusals",
}


def test_only_named_addresses_answer_without_a_person(office: Office) -> None:
    public = {name for name, view in office.app.view_functions.items() if getattr(view, "armature_public", False)}
    assert public == PUBLIC.keys()
    stranger = Client(office.app)
    for rule, method in _rules(office):
        if rule.endpoint not in PUBLIC:
            answer = stranger.call(method, _filled(rule), headers={"Sec-Fetch-Site": "same-origin"})
            to_sign_in = answer.status == 303 and answer.headers["location"].startswith("/sign-in")
            assert answer.status == 401 or to_sign_in, (rule, method, answer.status)


def test_every_address_is_walked_by_the_proofs_or_named_with_a_reason(
    office: Office, oracle: Callable[[str], Oracle]
) -> None:
    asking = Requests(random.Random("routes"), {})  # noqa: S311  (which requests are tried, not a secret)
    drawn = [one for _ in range(2_000) for one in (asking.reading(), asking.writing())]
    known, reached = office.app.url_map.bind("localhost"), set()
    for call in [*drawn, *walk(office, oracle("boss"))]:
        if known.test(call.path.partition("?")[0], call.method):
            reached.add(known.match(call.path.partition("?")[0], call.method)[0])
    declared = {rule.endpoint for rule in office.app.url_map.iter_rules()}
    assert declared - reached == ELSEWHERE.keys()


def _rules(office: Office) -> list[tuple[Any, str]]:
    rules = office.app.url_map.iter_rules()
    return [(rule, method) for rule in rules for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})]


def _filled(rule: Any) -> str:
    """The address with something in every place."""
    with_values = {
        name: 1 if name == "number" else "entities" if name == "folder" else "deal" for name in rule.arguments
    }
    _, path = rule.build(with_values)
    return str(path)
