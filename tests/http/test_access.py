"""The page over the explainer: who may do what with one record, by which role, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.http.test_pages import text

if TYPE_CHECKING:
    from tests.http.conftest import Shop
    from tests.support.clients import Browser


@pytest.fixture
def here(shop: Shop) -> str:
    return f"/records/account/{shop.admin.create('account', name='Asked about', owner=shop.clerk_id)['id']}/access"


def test_who_manages_people_asks_about_somebody_by_person_action_and_field(
    shop: Shop, admin: Browser, here: str
) -> None:
    name = f"Somebody {uuid4().hex[:6]}"
    person, _ = shop.person("mine_only", name=name)
    shown = text(admin.get(here, person=person))
    assert f"No: {name} does not see this record." in shown
    assert "The role Own records gives it if they own the record." in shown
    assert "Any of these roles would give it: Administrator, Auditor, Clerk, Keeper of people." in shown
    assert "belongs to somebody else" in shown
    typed = text(admin.get(here, **{"person.text": name.lower()}))
    assert f"No: {name} does not see this record." in typed
    clerk = text(admin.get(here, person=shop.clerk_id))
    assert "sees this record." in clerk
    assert "The role Clerk decides." in clerk
    assert "Without the role Clerk it would be no." in clerk
    hidden = text(admin.get(here, person=shop.clerk_id, field="margin"))
    assert "does not see “Margin” of this record." in hidden
    assert "it does not give the field" in hidden
    written = text(admin.get(here, person=shop.clerk_id, action="update", field="name"))
    assert "may change “Name” of this record." in written


def test_several_people_of_a_name_are_offered_and_nobody_is_said_so(shop: Shop, admin: Browser, here: str) -> None:
    name = f"Twin {uuid4().hex[:6]}"
    twins = [shop.person("guest", name=f"{name} {n}")[0] for n in range(2)]
    shown = text(admin.get(here, **{"person.text": name}))
    assert all(f"{here}?person={one}" in shown for one in twins)
    assert "does not see" not in shown
    assert "Nothing you may see matches" in text(admin.get(here, **{"person.text": uuid4().hex}))
    for wrong in (str(uuid4()), "nobody", "'; --"):
        answer = admin.get(here, person=wrong)
        assert (answer.status, "There is no such person" in text(answer)) == (200, True)
    picked = admin.call("GET", f"{here}/people?person.text={name.replace(' ', '+')}").body.decode()
    assert all(f'data-id="{one}"' in picked for one in twins)


def test_everybody_else_asks_about_themselves_alone(shop: Shop, clerk: Browser, here: str) -> None:
    other, _ = shop.person("guest", name="Not to be asked about")
    shown = text(clerk.get(here))
    assert "sees this record." in shown
    assert "What you may do here" in shown
    assert 'name="person.text"' not in shown
    assert "Margin" not in shown
    assert "Administrator" not in text(clerk.get(here, action="update"))
    refused = clerk.get(here, person=other)
    assert (refused.status, "Not to be asked about" in text(refused)) == (403, False)
    assert clerk.get(here, field="margin").status == clerk.get(here, field="no_such_field").status == 400
    assert "Not to be asked about" not in text(clerk.get(here, **{"person.text": "Not to be asked"}))
    assert "data-id" not in clerk.call("GET", f"{here}/people?person.text=Not").body.decode()


def test_a_record_out_of_sight_is_answered_as_an_absent_one(shop: Shop, here: str) -> None:
    stranger = shop.browser("mine_only")
    absent = here.replace(here.split("/")[3], str(uuid4()))
    for end in ("", "/people", "?action=update"):
        assert stranger.get(here + end).status == stranger.get(absent + end).status == 404
    for parameters in ({"action": "create"}, {"action": "x"}, {"colour": "red"}):
        assert shop.browser("administrator").get(here, **parameters).status in {400, 404}


def test_the_record_leads_there_in_words_that_fit_the_reader(admin: Browser, clerk: Browser, here: str) -> None:
    record = here.removesuffix("/access")
    assert f'href="{here}" data-key="w"' in text(admin.get(record))
    assert "Who can see this" in text(admin.get(record))
    assert "What you may do here" in text(clerk.get(record))


def test_row_rules_are_shown_as_they_are_written_to_those_who_design(shop: Shop, here: str) -> None:
    manager, designer = shop.browser("people_keeper"), shop.browser("administrator")
    person, _ = shop.person("ruled", name="Under a rule")
    assert "size &gt; 10" in text(designer.get(here, person=person))
    shown = text(manager.get(here, person=person))
    assert "narrowed by a row rule" in shown
    assert "size &gt; 10" not in shown
