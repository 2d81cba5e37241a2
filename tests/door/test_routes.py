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
    "preferences.change": "theme and language of this browser, before one has signed in too",
}
# Not walked by requests drawn at random or by the canaries, each for a reason.
ELSEWHERE = {
    **PUBLIC,
    "api_records.list_linked": "for fields of links, which the office has none of: tests/http/test_links.py",
    "api_metadata.list_revisions": "for those who design or publish: tests/http/test_metadata.py, test_other_doors",
    "api_metadata.get_revision": "for those who design or publish: tests/http/test_metadata.py, test_other_doors",
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
