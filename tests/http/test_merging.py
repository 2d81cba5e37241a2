"""One record of several: what links to the others moves, rights and rules hold for all of it, and it can be undone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.club import Club, opened
from tests.support.clients import Answer, Client, path_of
from tests.support.statements import statements


@pytest.fixture(scope="module")
def club(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with opened(shared_engine, tmp_path_factory.mktemp("club")) as found:
        yield found


def merge(who: Client, ident: str, *others: str, **values: Any) -> Answer:
    body = {"records": [{"id": one} for one in others], "values": values}
    return who.post(path_of("member", ident, "merge"), body, **{"If-Match": "*"})


def merged(who: Client, ident: str, *others: str, **values: Any) -> dict[str, Any]:
    """Merge, which must succeed."""
    answer = merge(who, ident, *others, **values)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def undo(who: Client, op_id: str) -> dict[str, Any]:
    answer = who.post(f"me/actions/{op_id}/undo", None)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def comment(who: Client, ident: str) -> str:
    made = who.create("comment", about={"entity": "member", "id": ident}, body="said")
    return str(made["id"])


def about(who: Client, entity: str, ident: str) -> str:
    return str(who.get(path_of(entity, ident), fields="about").json["about"]["id"])


def value(who: Client, entity: str, ident: str, field: str) -> Any:
    return who.get(path_of(entity, ident), fields=field).json[field]


class TestMerging:
    def test_the_others_go_to_the_bin_and_the_values_are_set(self, club: Club) -> None:
        stays, one, other = club.member(name="A"), club.member(name="B", number="77"), club.member(name="C")
        found = merged(club.admin, stays, one, other, name="B", number="77", labels=["x"])
        assert found["merged"] == [one, other]
        assert (found["record"]["id"], found["record"]["name"], found["record"]["number"]) == (stays, "B", "77")
        assert [club.admin.get(path_of("member", gone)).status for gone in (one, other)] == [404, 404]
        assert value(club.admin, "member", stays, "labels") == ["x"]

    def test_what_links_to_the_others_moves_by_every_link(self, club: Club) -> None:
        stays, other, friend = club.member(), club.member(), club.member(sponsor=None)
        loan = club.loan(member=other)
        helped = club.loan(helpers=[friend, other, stays])
        assert club.admin.patch(path_of("member", friend), {"sponsor": other}, "*").status == 200
        task = club.admin.create("activity", subject="Call", about={"entity": "member", "id": other})["id"]
        said = comment(club.admin, other)
        found = merged(club.admin, stays, other)
        assert found["moved"] == {"loan": 2, "member": 1, "activity": 1, "comment": 1}
        assert value(club.admin, "loan", loan, "member") == stays
        assert value(club.admin, "loan", helped, "helpers") == [friend, stays]
        assert value(club.admin, "member", friend, "sponsor") == stays
        assert about(club.admin, "activity", task) == about(club.admin, "comment", said) == stays

    def test_links_among_the_records_themselves_do_not_stand_in_the_way(self, club: Club) -> None:
        last = club.member()
        first = club.member(sponsor=last)
        stays = club.member(sponsor=first)
        merged(club.admin, stays, last, first)
        assert value(club.admin, "member", stays, "sponsor") is None

    def test_history_tells_it_and_so_do_ones_own_actions(self, club: Club) -> None:
        stays, other = club.member(name="Kept"), club.member(name="Gone")
        loan = club.loan(member=other)
        op_id = merged(club.admin, stays, other, name="Gone")["op_id"]
        told = club.admin.items(path_of("member", stays, "history"))
        assert [(one["op"], list(one["fields"])) for one in told][:2] == [("merge", []), ("update", ["name"])]
        assert club.admin.items(path_of("loan", loan, "history"))[0]["fields"]["member"] == [other, stays]
        (action,) = [one for one in club.admin.items("me/actions") if one["op_id"] == op_id]
        assert action["what"] == "Merged 2 members into Gone"

    def test_a_file_may_be_taken_over(self, club: Club) -> None:
        stays, other = club.member(), club.member()
        sent = club.admin.call(
            "POST", "records/member/files/photo", raw=_FILE, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        photo = sent.json
        assert club.admin.patch(path_of("member", other), {"photo": photo}, "*").status == 200
        keeper, third = club.person("keeper"), club.member()
        assert merge(keeper, third, club.member(), photo=photo).status == 422
        assert merged(keeper, stays, other, photo=photo)["record"]["photo"]["hash"] == photo["hash"]

    def test_the_number_of_moved_records_does_not_count_in_statements(self, club: Club) -> None:
        def cost(number: int) -> int:
            stays, other = club.member(), club.member()
            for _ in range(number):
                club.loan(member=other)
                comment(club.admin, other)
            with statements(club.database) as seen:
                merged(club.admin, stays, other)
            return len(seen)

        cost(1)
        assert cost(9) == cost(3)


_FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nseen\r\n--x--\r\n"
)


class TestJobs:
    def test_what_moves_much_is_a_job_and_one_operation(self, club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("framework.jobs.desk.MOST_AT_ONCE", 2)
        stays, other = club.member(name="A"), club.member(name="B", number=club.word())
        loans = [club.loan(member=other) for _ in range(3)]
        asked = merge(club.admin, stays, other, name="B")
        assert asked.status == 202, asked.body
        assert value(club.admin, "loan", loans[0], "member") == other
        jobs = club.app.extensions["armature"].jobs
        jobs.worker.work_off()
        job = club.admin.get(f"jobs/{asked.json['id']}").json
        assert (job["state"], job["counts"], job["undoable"]) == ("done", {"merged": 1}, True)
        assert {value(club.admin, "loan", loan, "member") for loan in loans} == {stays}
        monkeypatch.undo()
        assert undo(club.admin, asked.json["id"])["skipped"] == []
        assert {value(club.admin, "loan", loan, "member") for loan in loans} == {other}

    def test_what_stands_in_its_way_is_told(self, club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("framework.jobs.desk.MOST_AT_ONCE", 0)
        stays, other = club.member(), club.member()
        loan = club.loan(member=other)
        assert club.admin.patch(path_of("loan", loan), {"name": "frozen"}, "*").status == 200
        asked = merge(club.admin, stays, other)
        club.app.extensions["armature"].jobs.worker.work_off()
        job = club.admin.get(f"jobs/{asked.json['id']}").json
        assert [(one["entity"], one["id"], one["message"]) for one in job["refused"]] == [
            ("loan", loan, "It is frozen.")
        ]
        assert club.admin.get(path_of("member", other)).status == 200


class TestUndoing:
    def test_all_of_it_is_taken_back_as_one(self, club: Club) -> None:
        stays, other = club.member(name="A", number="u1"), club.member(name="B", number="u2")
        loan, helped, said = club.loan(member=other), club.loan(helpers=[other]), comment(club.admin, other)
        op_id = merged(club.admin, stays, other, name="B", number="u2")["op_id"]
        found = undo(club.admin, op_id)
        assert found["skipped"] == []
        assert [value(club.admin, "member", one, "number") for one in (stays, other)] == ["u1", "u2"]
        assert value(club.admin, "loan", loan, "member") == other
        assert value(club.admin, "loan", helped, "helpers") == [other]
        assert about(club.admin, "comment", said) == other
        merge_again = undo(club.admin, found["op_id"])
        assert merge_again["skipped"] == []
        assert about(club.admin, "comment", said) == stays
        assert club.admin.get(path_of("member", other)).status == 404

    def test_what_was_changed_or_moved_on_since_stays(self, club: Club) -> None:
        stays, other, third = club.member(), club.member(), club.member()
        loan, task = club.loan(member=other), "activity"
        done, moved = (
            club.admin.create(task, subject="Call", about={"entity": "member", "id": other})["id"] for _ in range(2)
        )
        op_id = merged(club.admin, stays, other)["op_id"]
        assert club.admin.patch(path_of("loan", loan), {"name": "since"}, "*").status == 200
        assert club.admin.patch(path_of(task, done), {"subject": "Called"}, "*").status == 200
        on = {"about": {"entity": "member", "id": third}}
        assert club.admin.patch(path_of(task, moved), on, "*").status == 200
        skipped = undo(club.admin, op_id)["skipped"]
        assert [(one["id"], one["code"]) for one in skipped] == [(loan, "changed_since")]
        assert (about(club.admin, task, done), about(club.admin, task, moved)) == (other, third)


class TestRights:
    def test_who_lacks_the_ability_or_the_rights_is_refused(self, club: Club) -> None:
        stays, other = club.member(), club.member()
        assert merge(club.person("plain"), stays, other).status == 403
        assert merge(club.person(), stays, other).status == 404
        assert merge(club.person("own"), stays, other).status == 404
        assert merge(club.admin, stays, stays).status == 400
        assert merge(club.admin, stays).status == 400
        assert merge(club.admin, stays, *(club.member() for _ in range(4))).status == 400
        assert club.admin.post(path_of("member", stays, "merge"), {"records": [{"id": other}]}).status == 428

    def test_the_record_that_stays_is_ones_own_to_change(self, club: Club) -> None:
        guide = club.person("guide")
        mine = club.member(guide)
        body = {"records": [{"id": mine}]}
        here = path_of("member", club.member(), "merge")
        assert guide.post(here, body, **{"If-Match": "*"}).status == 403
        assert guide.get(path_of("member", mine)).status == 200

    def test_people_are_not_merged(self, club: Club) -> None:
        club.person()
        people = [one["id"] for one in club.admin.items("records/user")][:2]
        body = {"records": [{"id": people[1]}]}
        assert club.admin.post(f"records/user/{people[0]}/merge", body, **{"If-Match": "*"}).status == 403

    def test_a_record_that_may_not_be_moved_is_named_and_nothing_is_done(self, club: Club) -> None:
        keeper = club.person("keeper")
        stays, other = club.member(), club.member()
        mine, frozen = (club.loan(keeper, member=other) for _ in range(2))
        assert keeper.patch(path_of("loan", frozen), {"name": "frozen"}, "*").status == 200
        refused = merge(keeper, stays, other)
        assert (refused.status, refused.json["code"]) == (409, "not_merged")
        assert [(one["pointer"], one["message"]) for one in refused.json["errors"]] == [
            (f"/loan/{frozen}", "It is frozen.")
        ]
        assert value(club.admin, "loan", mine, "member") == other

    def test_records_that_one_may_not_see_stand_in_the_way_without_being_told(self, club: Club) -> None:
        keeper, hidden = club.person("keeper"), "Records that you may not see link to it"
        for name in ("member", "helpers"):
            stays, other = club.member(), club.member()
            club.admin.create("loan", **{name: [other] if name == "helpers" else other})
            refused = merge(keeper, stays, other)
            assert (refused.status, [(one["pointer"], one["message"]) for one in refused.json["errors"]]) == (
                409,
                [("", hidden)],
            )

    def test_what_others_said_moves_along(self, club: Club) -> None:
        keeper, stays, other = club.person("keeper"), club.member(), club.member()
        said = comment(club.admin, other)
        merged(keeper, stays, other)
        assert about(club.admin, "comment", said) == stays

    def test_a_value_that_one_may_not_write_is_refused(self, club: Club) -> None:
        helper, stays, other = club.person("helper"), club.member(), club.member(pin=club.word())
        assert merge(helper, stays, other, pin="x").status == 422
        assert club.admin.get(path_of("member", other)).status == 200

    def test_a_version_that_has_moved_on_is_a_conflict(self, club: Club) -> None:
        stays, other = club.member(), club.member()
        assert club.admin.patch(path_of("member", other), {"name": "since"}, "*").status == 200
        here = path_of("member", stays, "merge")
        assert club.admin.post(here, {"records": [{"id": other, "version": 1}]}, **{"If-Match": '"1"'}).status == 412
        assert club.admin.post(here, {"records": [{"id": other, "version": 2}]}, **{"If-Match": '"4"'}).status == 412
        assert club.admin.post(here, {"records": [{"id": other, "version": 2}]}, **{"If-Match": '"1"'}).status == 200

    def test_strict_duplicates_can_be_merged_and_their_merge_undone(self, club: Club) -> None:
        # They were there before the rule was.
        word = club.word()
        stays, other = club.member(pin=word), club.member()
        gone = club.member(pin=club.word())
        assert club.admin.delete(path_of("member", stays), "*").status == 204
        assert club.admin.patch(path_of("member", other), {"pin": word}, "*").status == 200
        assert club.admin.post(path_of("member", stays, "restore"), {}).status == 200
        op_id = merged(club.admin, stays, other, gone, pin=word.upper())["op_id"]
        assert undo(club.admin, op_id)["skipped"] == []
        assert [value(club.admin, "member", one, "pin") for one in (stays, other)] == [word, word]


@pytest.mark.parametrize(
    "body",
    [[], {}, {"records": {}}, {"records": ["x"]}, {"records": [{"id": 1}]}, {"records": [], "values": []}],
)
def test_odd_bodies_are_refused(club: Club, body: object) -> None:
    here = path_of("member", club.member(), "merge")
    assert club.admin.post(here, body, **{"If-Match": "*"}).status == 400
