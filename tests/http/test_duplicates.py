"""Records that are alike: found by every way of writing the same, only as far as one may read, refused where strict."""

from collections.abc import Iterator

import pytest

from framework.jobs.search_index import catch_up
from framework.records.bulk import Row
from tests.http.club import Club, opened
from tests.http.test_concurrency import WRITERS, together
from tests.support.clients import Answer, Client, path_of
from tests.support.statements import statements

STRICT = "There is a member with this e-mail."


@pytest.fixture(scope="module")
def club(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with opened(shared_engine, tmp_path_factory.mktemp("club")) as found:
        yield found


def alike(who: Client, **values: object) -> dict[str, list[str]]:
    """The rules by which records are alike one with these values, by id."""
    answer = who.post("records/member/duplicates", values)
    assert answer.status == 200, answer.body
    return {one["id"]: one["rules"] for one in answer.json["items"]}


def alike_to(who: Client, ident: str) -> list[str]:
    return [one["id"] for one in who.items(path_of("member", ident, "duplicates"))]


def refusal(answer: Answer) -> tuple[int, str, list[tuple[str, str, str]]]:
    found = answer.json
    return found["status"], found["code"], [(e["pointer"], e["code"], e["message"]) for e in found["errors"]]


class TestFinding:
    @pytest.mark.parametrize("indexed", [False, True])
    def test_texts_are_the_same_whatever_case_and_accents_they_have(self, club: Club, *, indexed: bool) -> None:
        word = club.word()
        made = club.member(name=f"Æneas MÜLLER {word}", city="Łódź")
        if indexed:
            catch_up(club.world.services.database, club.world.snapshot, lambda: None)
        assert alike(club.admin, name=f"aeneas muller {word}", city="lodz") == {made: ["same_person"]}
        assert alike(club.admin, name=f"aeneas muller {word}", city="Lodzz") == {}
        assert alike(club.admin, name=f"aeneas muller {word}") == {}

    def test_numbers_and_addresses_are_the_same_however_they_are_typed(self, club: Club) -> None:
        word = club.word()
        made = club.member(phone="+49 30 5550 17 33", email=f"Anna.{word}@Example.com")
        assert alike(club.admin, phone="(030) 55501733") == {made: ["same_phone"]}
        assert alike(club.admin, email=f" anna.{word}@EXAMPLE.com ") == {made: ["same_email"]}
        assert alike(club.admin, phone="no number", email=f"anna.{word}@example.com") == {made: ["same_email"]}

    def test_a_record_is_not_alike_itself_nor_one_in_the_bin(self, club: Club) -> None:
        word = club.word()
        one, other, gone = (club.member(name=word, city="Ulm") for _ in range(3))
        assert club.admin.delete(path_of("member", gone), "*").status == 204
        assert alike_to(club.admin, one) == [other]

    def test_those_that_more_rules_name_come_first_and_no_more_than_three(self, club: Club) -> None:
        word = club.word()
        both = club.member(name=word, city="Ulm", phone="+49 30 5550 17 44")
        for _ in range(4):
            club.member(name=word, city="Ulm")
        found = alike(club.admin, name=word, city="ulm", phone="+493055501744")
        assert len(found) == 3
        assert next(iter(found.items())) == (both, ["same_person", "same_phone"])

    def test_each_rule_costs_one_statement(self, club: Club) -> None:
        here = club.member(name=club.word(), city="Ulm", phone="+49 30 5550 17 55")
        alike_to(club.admin, here)
        with statements(club.database) as seen:
            alike_to(club.admin, here)
        # Who asks, the record, the two rules that have no blank, nothing found to be named.
        assert len(seen) == 4

    def test_the_index_leads_to_the_records_and_nothing_reads_all_of_them(self, club: Club) -> None:
        with statements(club.database) as seen:
            alike(club.admin, email=f"{club.word()}@example.com")
        (statement,) = [one for one in seen if "sys_search" in one]
        if not club.database.is_sqlite:
            assert "member.id = any(array(" in statement
            return
        with club.database.read.connect() as connection:
            unknown = tuple(None for _ in range(statement.count("?")))
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", unknown)]
        assert "SEARCH member USING INDEX sqlite_autoindex_member_1 (id=?)" in plan
        assert "SEARCH sys_search USING INTEGER PRIMARY KEY (rowid=?)" in plan
        assert [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step] == []


class TestRights:
    def test_an_unseen_record_is_not_pointed_out(self, club: Club) -> None:
        word, own = club.word(), club.person("own")
        club.member(name=word, city="Ulm")
        assert alike(own, name=word, city="Ulm") == {}
        mine = club.member(own, name=word, city="Ulm")
        assert alike_to(own, mine) == []
        assert alike_to(club.admin, mine) != []

    def test_a_rule_with_an_unreadable_field_says_nothing(self, club: Club) -> None:
        helper = club.person("helper")
        made = club.member(phone="+49 30 5550 18 01")
        club.member(phone="+49 30 5550 18 01")
        assert alike(helper, phone="+49 30 5550 18 01") == {}
        assert alike_to(helper, made) == []

    def test_there_is_nothing_for_who_sees_no_record(self, club: Club) -> None:
        own, made = club.person("own"), club.member()
        assert own.get(path_of("member", made, "duplicates")).status == 404
        assert club.person().post("records/member/duplicates", {}).status == 404


class TestStrictRules:
    def test_every_door_refuses_with_the_same_words(self, club: Club) -> None:
        email = f"{club.word()}@example.com"
        club.member(email=email)
        other = club.member()
        expected = (409, "duplicate", [("/email", "duplicate", STRICT)])
        twin = {"email": email.upper()}
        assert refusal(club.admin.post("records/member", twin)) == expected
        assert refusal(club.admin.patch(path_of("member", other), twin, "*")) == expected
        for do in ({"do": "create", "values": twin}, {"do": "update", "id": other, "values": twin}):
            (item,) = club.admin.post("records/member/batch", {"items": [do]}).json["items"]
            assert (item["problem"]["code"], item["problem"]["errors"][0]["message"]) == ("duplicate", STRICT)
        door, context = club.world.services.door, club.world.context()
        (stored,) = door.each(context, "member", [other], lambda *_: "seen", lambda *_: None)
        assert stored.error is None
        upsert = club.admin.call("PUT", "records/member/by/number/n1", {"email": email})
        assert refusal(upsert) == expected

    def test_a_record_may_keep_and_respell_what_is_its_own(self, club: Club) -> None:
        word = club.word()
        made = club.member(pin=word)
        assert club.admin.patch(path_of("member", made), {"pin": word.upper()}, "*").status == 200
        assert club.admin.patch(path_of("member", made), {"name": "x"}, "*").status == 200

    def test_an_unseen_record_refuses_as_a_seen_one_does(self, club: Club) -> None:
        own, seen, unseen = club.person("own"), f"{club.word()}@example.com", f"{club.word()}@example.com"
        club.member(email=unseen)
        club.member(own, email=seen)
        assert refusal(own.post("records/member", {"email": unseen})) == refusal(
            own.post("records/member", {"email": seen})
        )

    def test_a_field_that_is_hidden_is_not_named(self, club: Club) -> None:
        word, helper = club.word(), club.person("helper")
        club.member(pin=word)
        assert helper.post("records/member", {"pin": word}).status == 422

    def test_rows_of_one_call_are_alike_each_other_too(self, club: Club) -> None:
        door, context, pin = club.world.services.door, club.world.context(), club.word()
        found = door.write_many(context, "member", [Row({"pin": one}) for one in (pin, club.word(), pin.upper())])
        assert [one.what for one in found] == ["created", "created", "refused"]
        assert found[2].error is not None
        assert found[2].error.error_code == "duplicate"

    def test_a_call_of_many_rows_asks_for_many_at_once(self, club: Club) -> None:
        door, context = club.world.services.door, club.world.context()

        def cost(number: int) -> int:
            rows = [Row({"pin": club.word()}) for _ in range(number)]
            with statements(club.database) as seen:
                door.write_many(context, "member", rows)
            return len(seen)

        cost(1)
        assert cost(40) == cost(20)

    def test_of_many_writers_at_once_one_is_accepted(self, club: Club) -> None:
        email = f"{club.word()}@example.com"
        answers = together([lambda: club.admin.post("records/member", {"email": email}).status] * WRITERS)
        assert sorted(answers) == [201] + [409] * (WRITERS - 1)
