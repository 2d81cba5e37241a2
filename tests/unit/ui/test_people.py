"""Faces: initials of any script, and a ground that follows from the id."""

import pytest

from ui.page.people import ground, initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ingrid Solberg", "IS"),
        ("Dr.-Ing. Annegret Freifrau von Hohenstetten", "DH"),
        ("Prince", "P"),
        ("(none) Brauerei Eichhorn KG", "BK"),
        ("Παπαδόπουλος Ναυτιλιακή", "ΠΝ"),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_ground_never_changes_and_is_a_class_of_the_stylesheet() -> None:
    assert ground("0194f000") == ground("0194f000")
    assert {ground(str(n)) for n in range(200)} <= {
        f"c-{name}" for name in ["petrol", "blue", "violet", "plum", "red", "orange", "ochre", "olive", "green"]
    }
