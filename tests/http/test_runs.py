"""Actions as metadata: all steps or none, with the rights of whoever does it, once per key, and undone as one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.http.test_undo import op_of, undo
from tests.support.bundles import World, published
from tests.support.clients import Answer, Client, application, client_of, path_of
from tests.support.databases import database

ALL = {"read": "all", "create": True, "update": "all", "delete": "all"}
LEAD = {
    "label": "Lead",
    "label_plural": "Leads",
    "traits": {"owned": True},
    "fields": {
        "company": {"type": "text", "label": "Company", "required": True},
        "person": {"type": "text", "label": "Person"},
        "worth": {"type": "money", "label": "Worth"},
        "secret": {"type": "text", "label": "Secret"},
        "state": {
            "type": "choice",
            "label": "State",
            "options": {"new": {"label": "New"}, "done": {"label": "Done"}},
            "default": "new",
        },
        "account": {"type": "link", "to": "account", "label": "Account", "on_delete": "clear"},
        "called_on": {"type": "date", "label": "Called on"},
    },
    "actions": {
        "convert": {
            "label": "Convert",
            "when": "state = 'new'",
            "inputs": {
                "name": {"type": "text", "label": "Name", "max_length": 20, "default": {"expression": "company"}},
                "account": {"type": "link", "to": "account", "label": "Account"},
                "worth": {"type": "money", "label": "Worth", "default": {"expression": "worth"}},
            },
            "steps": [
                {
                    "create": "account",
                    "as": "account",
                    "when": "is_blank($input.account)",
                    "values": {"name": "$input.name", "note": "secret", "lead": "$record.id"},
                },
                {
                    "create": "contact",
                    "as": "contact",
                    "when": "not is_blank(person)",
                    "values": {
                        "name": "person & ' (' & coalesce($account.name, '?') & ')'",
                        "account": "coalesce($account.id, $input.account)",
                        "worth": "$input.worth",
                    },
                },
                {
                    "update": "$record",
                    "values": {"state": "'done'", "account": "coalesce($account.id, $input.account)"},
                },
            ],
            "open": "$account",
        },
        "reopen": {
            "label": "Reopen",
            "when": "state = 'done'",
            "steps": [{"update": "$record", "values": {"state": "'new'"}}],
        },
        "praise": {"label": "Praise", "steps": [{"update": "$record", "values": {"person": "person & '!'"}}]},
    },
}
BUNDLE: dict[str, Any] = {
    "entities/lead.json": LEAD,
    "entities/account.json": {
        "label": "Account",
        "fields": {
            "name": {"type": "text", "label": "Name", "required": True, "unique": True},
            "note": {"type": "text", "label": "Note"},
            "lead": {"type": "link", "to": "lead", "label": "Lead", "on_delete": "clear"},
        },
    },
    "entities/contact.json": {
        "label": "Contact",
        "fields": {
            "name": {"type": "text", "label": "Name"},
            "account": {"type": "link", "to": "account", "label": "Account", "on_delete": "cascade"},
            "worth": {"type": "money", "label": "Worth"},
        },
    },
    "screens/lead_list.json": {
        "kind": "list",
        "entity": "lead",
        "label": "Leads",
        "columns": ["company", "person", "state"],
        "inline_edit": ["person", "secret"],
        "row_actions": ["convert", "praise"],
        "tick": "called_on",
        "row_color": {"red": "state = 'done'", "green": "secret = 'hush'"},
    },
    "roles/seller.json": {
        "label": "Seller",
        "abilities": {"bulk_edit": True},
        "grants": {
            "lead": {**ALL, "update": "own", "fields": {"secret": "none"}},
            "account": ALL,
            "contact": ALL,
        },
    },
    "roles/reader.json": {"label": "Reader", "grants": {"lead": {"read": "all"}, "account": {"read": "all"}}},
}


@dataclass(slots=True)
class Firm:
    """The running application with its people."""

    world: World
    app: Flask
    admin: Client
    seller: Client
    other: Client
    reader: Client
    number: int = 0

    def lead(self, who: Client | None = None, **values: object) -> dict[str, Any]:
        """A new lead of a company that no other has."""
        self.number += 1
        return (who or self.seller).create("lead", **{"company": f"Firm {self.number}", **values})


PEOPLE = {"admin": "administrator", "seller": "seller", "other": "seller", "reader": "reader"}


@pytest.fixture(scope="module")
def firm(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("firm")
    with database(shared_engine, folder) as url:
        world = published(url, folder, BUNDLE)
        app = application(world.services.settings)
        for name, role in PEOPLE.items():
            world.person(f"{name}@example.com", role)
        yield Firm(world, app, **{name: client_of(app, f"{name}@example.com") for name in PEOPLE})
        world.close()
        app.extensions["armature"].database.close()


def do(who: Client, lead: dict[str, Any], name: str, inputs: object = None, **headers: str) -> Answer:
    return who.post(path_of("lead", lead, "actions", name), inputs, **headers)


def runs_of(who: Client, lead: dict[str, Any]) -> list[dict[str, Any]]:
    found = who.items("records/action_run", fields="about,action,inputs,outcome")
    return [one for one in found if one["about"]["id"] == lead["id"]]


class TestSteps:
    def test_all_steps_are_done_and_one_is_led_to_what_came_of_it(self, firm: Firm) -> None:
        worth = {"amount": "12.50", "currency": "CHF"}
        lead = firm.lead(person="Ida", worth=worth)
        answer = do(firm.seller, lead, "convert")
        assert answer.status == 200, answer.body
        account, contact, record = answer.json["made"]
        assert [one["name"] for one in answer.json["made"]] == ["account", "contact", "record"]
        assert answer.json["open"] == {"entity": "account", "id": account["id"]}
        now = firm.admin.get(path_of("lead", lead)).json
        assert (now["state"], now["account"], record["id"]) == ("done", account["id"], lead["id"])
        made = firm.admin.get(path_of("account", account["id"])).json
        assert (made["name"], made["lead"]) == (lead["company"], lead["id"])
        other = firm.admin.get(path_of("contact", contact["id"])).json
        assert (other["name"], other["account"]) == (f"Ida ({lead['company']})", account["id"])
        assert other["worth"] == worth

    def test_inputs_go_before_suggestions_and_steps_may_be_left_out(self, firm: Firm) -> None:
        known = firm.admin.create("account", name="Known already")
        lead = firm.lead(person="Jo")
        answer = do(firm.seller, lead, "convert", {"account": known["id"], "worth": {"amount": "7", "currency": "EUR"}})
        assert [one["name"] for one in answer.json["made"]] == ["contact", "record"]
        assert answer.json["open"] == {"entity": "lead", "id": lead["id"]}
        contact = firm.admin.get(path_of("contact", answer.json["made"][0]["id"])).json
        assert (contact["name"], contact["account"]) == ("Jo (?)", known["id"])
        assert contact["worth"]["amount"] == "7.00"
        assert firm.admin.get(path_of("lead", lead)).json["account"] == known["id"]

    def test_a_refused_step_takes_all_back_and_says_which_input_it_was(self, firm: Firm) -> None:
        taken = firm.admin.create("account", name="Taken")
        lead = firm.lead(company="Taken")
        answer = do(firm.seller, lead, "convert")
        assert answer.status == 409
        assert answer.json["errors"][0]["pointer"] == "/name"
        assert firm.admin.get(path_of("lead", lead)).json["version"] == 1
        assert runs_of(firm.admin, lead) == []
        assert firm.admin.get(path_of("account", taken)).json["version"] == 1

    def test_inputs_are_read_strictly(self, firm: Firm) -> None:
        lead = firm.lead()
        answer = do(firm.seller, lead, "convert", {"nam": "x", "name": "y" * 30, "account": lead["id"]})
        assert answer.status == 422
        assert {one["pointer"] for one in answer.json["errors"]} == {"/nam", "/name"}
        unseen = do(firm.seller, lead, "convert", {"account": lead["id"]})
        assert (unseen.status, unseen.json["errors"][0]["pointer"]) == (422, "/account")

    def test_a_blank_may_be_given_where_something_is_suggested(self, firm: Firm) -> None:
        lead = firm.lead()
        assert do(firm.seller, lead, "convert", {"name": None}).json["errors"][0]["pointer"] == "/name"


class TestWhen:
    def test_the_condition_is_asked_again_at_the_door(self, firm: Firm) -> None:
        lead = firm.lead()
        answer = do(firm.seller, lead, "reopen")
        assert (answer.status, answer.json["code"]) == (409, "not_offered")
        assert do(firm.seller, lead, "convert").status == 200
        assert do(firm.seller, lead, "convert").json["code"] == "not_offered"
        assert do(firm.seller, lead, "reopen").status == 200

    def test_a_key_makes_it_be_done_once(self, firm: Firm) -> None:
        lead = firm.lead()
        first, again = (do(firm.seller, lead, "convert", {}, Idempotency_Key=f"k{lead['id']}") for _ in range(2))
        assert (first.status, first.body) == (again.status, again.body)
        assert len(runs_of(firm.admin, lead)) == 1
        other = do(firm.seller, lead, "convert", {"name": "Other"}, Idempotency_Key=f"k{lead['id']}")
        assert (other.status, other.json["code"]) == (422, "idempotency_key")


class TestRights:
    def test_what_one_may_not_do_anywhere_is_as_absent(self, firm: Firm) -> None:
        lead = firm.lead()
        refused, absent = do(firm.reader, lead, "convert"), do(firm.reader, lead, "conjure")
        assert refused.status == absent.status == 404
        assert refused.json["title"] == absent.json["title"]
        assert "convert" not in firm.reader.get("openapi.json").body.decode()
        assert "/actions/convert" in firm.seller.get("openapi.json").body.decode()

    def test_rows_out_of_reach_are_refused_and_unseen_ones_absent(self, firm: Firm) -> None:
        lead = firm.lead()
        answer = do(firm.other, lead, "convert")
        assert answer.status == 403
        assert firm.admin.get(path_of("lead", lead)).json["version"] == 1
        assert do(firm.seller, {"id": "00000000-0000-7000-8000-000000000000"}, "convert").status == 404

    def test_what_one_may_not_read_is_blank_in_what_is_written(self, firm: Firm) -> None:
        lead = firm.lead()
        firm.admin.patch(path_of("lead", lead), {"secret": "hush"}, "*")
        account = do(firm.seller, lead, "convert").json["made"][0]
        assert firm.admin.get(path_of("account", account["id"])).json["note"] is None
        other = firm.lead(firm.admin, secret="hush")
        account = do(firm.admin, other, "convert").json["made"][0]
        assert firm.admin.get(path_of("account", account["id"])).json["note"] == "hush"


class TestRun:
    def test_each_run_is_a_record_that_follows_its_record_and_nobody_writes(self, firm: Firm) -> None:
        lead = firm.lead()
        done = do(firm.seller, lead, "convert", {"name": f"N{lead['id'][-6:]}"})
        (run,) = runs_of(firm.admin, lead)
        assert (run["action"], run["id"]) == ("convert", done.json["id"])
        assert run["inputs"]["name"] == f"N{lead['id'][-6:]}"
        assert [one["name"] for one in run["outcome"]] == ["account", "record"]
        seen = firm.reader.get(f"records/action_run/{run['id']}").json
        assert "inputs" not in seen
        assert firm.admin.post("records/action_run", {"about": run["about"], "action": "x"}).status == 403
        assert firm.admin.delete(path_of("lead", lead), "*").status == 204
        assert firm.reader.get(f"records/action_run/{run['id']}").status == 404

    def test_all_of_it_is_undone_as_one_and_the_run_stays(self, firm: Firm) -> None:
        lead = firm.lead(person="Ida")
        done = do(firm.seller, lead, "convert")
        assert done.json["op_id"] == op_of(done)
        answer = undo(firm.seller, op_of(done))
        assert answer.status == 200, answer.body
        assert answer.json["skipped"] == []
        now = firm.admin.get(path_of("lead", lead)).json
        assert (now["state"], now["account"]) == ("new", None)
        assert [firm.admin.get(path_of(one["entity"], one["id"])).status for one in done.json["made"]] == [
            404,
            404,
            200,
        ]
        assert len(runs_of(firm.admin, lead)) == 1


class TestRows:
    """What rows of a list offer, and how they are marked."""

    def page(self, firm: Firm, who: str, lead: dict[str, Any]) -> str:
        client = getattr(firm, who)
        found = client.call("GET", f"/records/lead?filter=id = '{lead['id']}'")
        assert found.status == 200
        return found.body.decode()

    def test_actions_stand_in_rows_where_they_can_be_done(self, firm: Firm) -> None:
        lead = firm.lead(person="A")
        here = f"/records/lead/{lead['id']}/actions"
        page = self.page(firm, "seller", lead)
        assert f'href="{here}/convert" data-sheet' in page
        assert f'formaction="{here}/praise"' in page
        assert do(firm.seller, lead, "convert").status == 200
        page = self.page(firm, "seller", lead)
        assert f"{here}/convert" not in page
        assert f"{here}/praise" in page
        assert "/actions/" not in self.page(firm, "reader", lead)

    def test_rows_are_marked_by_what_the_reader_may_know(self, firm: Firm) -> None:
        lead = firm.lead(firm.admin, secret="hush")
        assert 'class="marked c-green"' in self.page(firm, "admin", lead)
        assert "marked" not in self.page(firm, "seller", lead)
        assert do(firm.admin, lead, "convert").status == 200
        assert all('class="marked c-red"' in self.page(firm, who, lead) for who in ("admin", "seller", "reader"))

    def act(self, firm: Firm, lead: dict[str, Any], name: str, condition: str) -> Answer:
        """Press the button of a row, by script, in a list under a condition."""
        here = f"/records/lead?{urlencode({'filter': condition})}"
        asks = {
            "HX-Request": "true",
            "HX-Current-URL": f"http://localhost{here}",
            "HX-Target": "row-acts",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        address = f"/records/lead/{lead['id']}/actions/{name}"
        return firm.seller.call("POST", address, raw=urlencode({"next": here}).encode(), headers=asks)

    def test_a_row_comes_back_as_it_is_then_and_undoing_leads_to_the_list(self, firm: Firm) -> None:
        lead = firm.lead(person="Ida")
        done = self.act(firm, lead, "praise", f"id = '{lead['id']}'")
        assert (done.status, done.headers["hx-retarget"]) == (200, f"#row-{lead['id']}")
        page = done.body.decode()
        assert f'<tr id="row-{lead["id"]}">' in page
        assert "Ida!" in page
        assert "/undo" in page
        assert 'name="next" value="/records/lead?filter=id' in page

    def test_a_row_that_left_the_list_keeps_its_place_and_says_so(self, firm: Firm) -> None:
        lead = firm.lead(person="Ida")
        page = self.act(firm, lead, "praise", "person = 'Ida'").body.decode()
        assert f'<tr id="row-{lead["id"]}" class="left">' in page
        assert "Praise: not in this list any more" in page

    def test_what_is_refused_in_a_row_is_said_beside_the_list(self, firm: Firm) -> None:
        lead = firm.lead()
        refused = self.act(firm, lead, "reopen", "state = 'new'")
        assert (refused.status, refused.headers["hx-retarget"]) == (409, "#notices")
        assert "cannot be done" in refused.body.decode()
        assert firm.admin.get(path_of("lead", lead)).json["version"] == 1

    def test_a_tick_is_set_and_cleared_by_who_may_whatever_else_changed(self, firm: Firm) -> None:
        lead = firm.lead(person="Ida")
        address = f"/records/lead/{lead['id']}/ticks/called_on"
        row = f'formaction="{address}" name="on" value="true" aria-pressed="false"'
        assert row in self.page(firm, "seller", lead)
        assert address not in self.page(firm, "other", lead)
        assert address not in self.page(firm, "reader", lead)
        firm.seller.patch(path_of("lead", lead), {"person": "Bea"}, "*")
        assert self.tick(firm.seller, address, "true") == 303
        now = firm.admin.get(path_of("lead", lead)).json
        assert (now["called_on"] is not None, now["person"]) == (True, "Bea")
        assert row.replace("true", "false", 1).replace('pressed="false', 'pressed="true') in self.page(
            firm, "seller", lead
        )
        assert self.tick(firm.seller, address, "false") == 303
        assert firm.admin.get(path_of("lead", lead)).json["called_on"] is None
        assert self.tick(firm.other, address, "true") == 403
        assert self.tick(firm.seller, address.replace("called_on", "person"), "true") == 404
        assert self.tick(firm.seller, address.replace("called_on", "secret"), "true") == 404

    def tick(self, who: Client, address: str, value: str) -> int:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return who.call("POST", address, raw=urlencode({"on": value}).encode(), headers=form).status

    def test_cells_are_edited_in_place_by_who_may(self, firm: Firm) -> None:
        lead = firm.lead(person="A")
        place = f'id="cell-person-{lead["id"]}"'
        assert f'editable" {place}' in self.page(firm, "seller", lead)
        assert f'editable" {place}' not in self.page(firm, "other", lead)
        assert "cell-person" not in self.page(firm, "reader", lead)
        where = f"http://localhost/records/lead?filter=id = '{lead['id']}'"
        asks = {"HX-Request": "true", "HX-Current-URL": where, "HX-Target": f"cell-person-{lead['id']}"}
        address = f"/records/lead/{lead['id']}/fields/person"
        control = firm.seller.call("GET", address, headers=asks)
        assert control.headers["hx-retarget"] == f"#cell-person-{lead['id']}"
        sent = urlencode({"_version": "1", "_place": f"cell-person-{lead['id']}", "person": "Bea <b>"}).encode()
        form = {**asks, "Content-Type": "application/x-www-form-urlencoded"}
        saved = firm.seller.call("POST", address, raw=sent, headers=form)
        assert (saved.status, saved.headers["hx-retarget"]) == (200, f"#row-{lead['id']}")
        assert "Bea &lt;b&gt;" in saved.body.decode()
        assert "/undo" in saved.body.decode()
        assert firm.admin.get(path_of("lead", lead)).json["person"] == "Bea <b>"
        stale = firm.seller.call("POST", address, raw=sent.replace(b"Bea", b"Cy"), headers=form)
        assert stale.status == 409

    def test_one_is_led_back_to_the_list(self, firm: Firm) -> None:
        lead = firm.lead(person="A")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        back = "next=/records/lead%3Fsort%3Dcompany"
        done = firm.seller.call("POST", f"/records/lead/{lead['id']}/actions/praise", raw=back.encode(), headers=form)
        assert (done.status, done.headers["location"].partition("&done=action_done.")[0]) == (
            303,
            "/records/lead?sort=company",
        )


class TestMany:
    def test_an_action_is_done_with_many_records_as_one_operation(self, firm: Firm) -> None:
        leads = [firm.lead(person="A") for _ in range(3)]
        theirs = firm.lead(firm.other, person="A")
        context = firm.world.context(email="seller@example.com")
        payload = {"entity": "lead", "action": "praise", "inputs": {}, "ids": [one["id"] for one in [*leads, theirs]]}
        job = firm.world.services.jobs.do(context, "run_action", payload, 4)
        assert (job.done, job.failed) == (3, 1)
        assert [firm.admin.get(path_of("lead", one)).json["person"] for one in leads] == ["A!"] * 3
        assert undo(firm.seller, job.id).status == 200
        assert [firm.admin.get(path_of("lead", one)).json["person"] for one in leads] == ["A"] * 3
