"""Pages of duplicates: hints in forms, records beside each other, and merging them, with and without scripts."""

from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.http.club import Club, opened
from tests.http.conftest import PASSWORD
from tests.support.clients import Answer, Browser, browser_of, path_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCRIPTED = {**FORM, "HX-Request": "true"}
HINT = "This may be there already"


@pytest.fixture(scope="module")
def club(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with opened(shared_engine, tmp_path_factory.mktemp("club")) as found:
        yield found


@pytest.fixture
def person(club: Club) -> Browser:
    return signed_in(club, "administrator")


def signed_in(club: Club, *roles: str) -> Browser:
    email = f"{club.word()}@example.com"
    ident = str(club.world.person(email, *roles).actor.id)
    club.world.services.auth.set_password(ident, PASSWORD)
    return browser_of(club.app, email, PASSWORD)


def send(browser: Browser, path: str, *form: tuple[str, str], headers: dict[str, str] = FORM) -> Answer:
    body = urlencode([("_csrf", browser.csrf), *form]).encode()
    return browser.call("POST", path, raw=body, headers=headers)


def text(answer: Answer) -> str:
    return unescape(answer.body.decode())


def page(browser: Browser, path: str) -> str:
    answer = browser.call("GET", path)
    assert answer.status == 200
    return text(answer)


class TestHints:
    def test_where_nothing_is_alike_it_is_said_how_to_merge_others_to_who_may(
        self, club: Club, person: Browser
    ) -> None:
        path = f"/records/member/{club.member(name=club.word())}/merge"
        assert "tick their rows" in page(person, path)
        assert "tick their rows" not in page(signed_in(club, "plain"), path)

    def test_a_form_is_told_what_is_alike_and_why(self, club: Club, person: Browser) -> None:
        word = club.word()
        club.member(name=word, city="Ulm")
        found = text(send(person, "/records/member/similar", ("name", word.upper()), ("city", "ulm")))
        assert HINT in found
        assert "Same name, city" in found.replace("Name, City", "name, city")
        assert word in found
        assert HINT not in text(send(person, "/records/member/similar", ("name", word)))

    def test_what_one_may_not_see_is_not_told(self, club: Club) -> None:
        word = club.word()
        club.member(name=word, city="Ulm")
        own = signed_in(club, "own")
        assert HINT not in text(send(own, "/records/member/similar", ("name", word), ("city", "Ulm")))
        assert send(signed_in(club), "/records/member/similar", ("name", word)).status == 404

    def test_without_scripts_it_is_told_once_before_it_is_saved(self, club: Club, person: Browser) -> None:
        word = club.word()
        made = club.member(name=word, city="Ulm")
        form = (("name", word), ("city", "Ulm"))
        told = send(person, "/records/member", *form)
        assert told.status == 200
        assert HINT in text(told)
        assert f'name="_similar" value="{made}"' in text(told)
        assert send(person, "/records/member", *form, ("_similar", made)).status == 303
        assert len(club.admin.items("records/member", filter=f"name = '{word}'")) == 2

    def test_a_form_that_is_sent_twice_is_not_alike_itself(self, club: Club, person: Browser) -> None:
        word = club.word()
        form = (("name", word), ("city", "Ulm"), ("_key", f"key-{word}"))
        assert [send(person, "/records/member", *form).status for _ in range(2)] == [303, 303]
        assert len(club.admin.items("records/member", filter=f"name = '{word}'")) == 1

    def test_scripts_have_told_it_already(self, club: Club, person: Browser) -> None:
        word = club.word()
        club.member(name=word, city="Ulm")
        made = send(person, "/records/member", ("name", word), ("city", "Ulm"), headers=SCRIPTED)
        assert made.headers.get("hx-redirect") or made.status in {200, 204, 303}
        assert len(club.admin.items("records/member", filter=f"name = '{word}'")) == 2

    def test_a_change_of_other_fields_is_not_held_up(self, club: Club, person: Browser) -> None:
        word = club.word()
        club.member(name=word, city="Ulm")
        other = club.member(name=word, city="Ulm")
        here = f"/records/member/{other}"
        assert send(person, here, ("number", club.word())).status == 303
        assert HINT in text(send(person, here, ("city", "ULM")))

    def test_a_strict_rule_refuses_with_the_way_to_the_other_record(self, club: Club, person: Browser) -> None:
        email = f"{club.word()}@example.com"
        made = club.member(email=email, name="Known")
        refused = send(person, "/records/member", ("email", email), headers=SCRIPTED)
        assert refused.status == 409
        found = text(refused)
        assert "There is a member with this e-mail." in found
        assert f'href="/records/member/{made}"' in found
        hidden = send(signed_in(club, "own"), "/records/member", ("email", email), headers=SCRIPTED)
        assert hidden.status == 409
        assert made not in text(hidden)


class TestRecordPage:
    def test_the_number_of_similar_ones_comes_after_the_page(self, club: Club, person: Browser) -> None:
        word = club.word()
        one = club.member(name=word, city="Ulm")
        club.member(name=word, city="Ulm")
        here = f"/records/member/{one}"
        assert "1 similar" not in page(person, here)
        tabs = {"HX-Request": "true", "HX-Target": "tabs"}
        assert "1 similar" in text(person.call("GET", here, headers=tabs))
        alone = club.member(name=club.word(), city="Ulm")
        assert "similar</span>" not in text(person.call("GET", f"/records/member/{alone}", headers=tabs))


class TestMerging:
    def test_records_stand_beside_each_other_with_sensible_choices(self, club: Club, person: Browser) -> None:
        word = club.word()
        poor = club.member(name=word, city="Ulm", labels=["a"])
        rich = club.member(name=word.upper(), city="ulm", number=club.word(), labels=["b"])
        club.loan(member=poor)
        found = page(person, f"/records/member/{poor}/merge")
        assert "Merge 2 members" in found
        assert f'name="_keep" value="{rich}" checked' in found
        assert f'name="take.number" value="{rich}" checked' in found
        assert 'name="take.labels" value="*" checked' in found
        assert "1 loan" in found

    def test_merging_as_chosen(self, club: Club, person: Browser) -> None:
        one, other = club.member(name="A", city="Ulm", labels=["a"]), club.member(name="B", city="Bonn", labels=["b"])
        loan = club.loan(member=other)
        form = (
            ("record", f"{one}:1"), ("record", f"{other}:1"), ("_keep", one),
            ("take.name", other), ("take.city", one), ("take.labels", "*"),
        )  # fmt: skip
        done = send(person, f"/records/member/{one}/merge", *form)
        assert done.status == 303
        assert done.headers["location"].startswith(f"/records/member/{one}?done=merged.")
        now = club.admin.get(path_of("member", one), fields="name,city,labels").json
        assert (now["name"], now["city"], sorted(now["labels"])) == ("B", "Ulm", ["a", "b"])
        assert club.admin.get(path_of("loan", loan)).json["member"] == one
        told = page(person, done.headers["location"])
        assert "Merged" in told
        assert "/undo" in told
        assert "Merged 2 members into B" in page(person, "/me/actions")
        assert "Merged with others" in page(person, f"/records/member/{one}/history")

    def test_of_several_only_the_ticked_ones_take_part(self, club: Club, person: Browser) -> None:
        one, other, third = (club.member(name=name) for name in "ABC")
        form = [("record", f"{ident}:1") for ident in (one, other, third)]
        form += [("_keep", one), ("merge", one), ("merge", third)]
        assert send(person, f"/records/member/{one}/merge", *form).status == 303
        assert [club.admin.get(path_of("member", ident)).status for ident in (other, third)] == [200, 404]

    def test_what_may_not_be_moved_is_listed_with_the_way_to_it(self, club: Club, person: Browser) -> None:
        one, other = club.member(name="A"), club.member(name="B")
        loan = club.loan(member=other)
        assert club.admin.patch(path_of("loan", loan), {"name": "frozen"}, "*").status == 200
        form = (("record", f"{one}:1"), ("record", f"{other}:1"), ("_keep", one), ("take.name", other))
        refused = send(person, f"/records/member/{one}/merge", *form)
        assert refused.status == 409
        found = text(refused)
        assert "It is frozen." in found
        assert f'href="/records/loan/{loan}"' in found
        assert f'name="take.name" value="{other}" checked' in found

    def test_what_was_changed_meanwhile_is_shown_first(self, club: Club, person: Browser) -> None:
        one, other = club.member(name="A"), club.member(name="B")
        assert club.admin.patch(path_of("member", other), {"name": "C"}, "*").status == 200
        form = (("record", f"{one}:1"), ("record", f"{other}:1"), ("_keep", one))
        refused = send(person, f"/records/member/{one}/merge", *form)
        assert refused.status == 409
        assert f'value="{other}:2"' in text(refused)

    def test_who_may_not_merge_still_compares(self, club: Club) -> None:
        plain, one, other = signed_in(club, "plain"), club.member(name="A"), club.member(name="B")
        found = page(plain, f"/records/member/{one}/merge?with={other}")
        assert "Compare 2 members" in found
        assert "data-main" not in found
        form = (("record", f"{one}:1"), ("record", f"{other}:1"), ("_keep", one))
        assert send(plain, f"/records/member/{one}/merge", *form).status == 403
        own = signed_in(club, "own")
        assert own.call("GET", f"/records/member/{one}/merge?with={other}").status == 404

    def test_ticked_rows_lead_to_the_page_that_compares_them(self, club: Club, person: Browser) -> None:
        one, other = club.member(name="A"), club.member(name="B")
        assert 'id="selected-merge"' in page(person, "/records/member")
        assert 'id="selected-merge"' not in page(signed_in(club, "plain"), "/records/member")
        led = send(person, "/records/member/selected/merge", ("id", one), ("id", other))
        assert (led.status, led.headers["location"]) == (303, f"/records/member/{one}/merge?with={other}")
        assert send(person, "/records/member/selected/merge", ("id", one)).status == 400
        assert send(person, "/records/member/selected/merge", ("id", "x"), ("id", "y")).status == 404

    @pytest.mark.parametrize(
        "form",
        [
            (),
            (("record", "x"),),
            (("record", "x:1"), ("record", "y:1"), ("_keep", "z")),
            (("record", "x:1"), ("record", "y:1"), ("_keep", "x")),
        ],
    )
    def test_odd_forms_are_refused(self, club: Club, person: Browser, form: tuple[tuple[str, str], ...]) -> None:
        assert send(person, f"/records/member/{club.member()}/merge", *form).status in {400, 404}
