"""A file is understood as it lies there, or refused with its line before anything is written."""

from pathlib import Path

import pytest

from framework.errors import CommandError
from framework.transfer.table import Table, open_table


def table(folder: Path, data: str | bytes) -> Table:
    path = folder / "file.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return open_table(path)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    found = table(tmp_path, f'name{sign}note\r\nA{sign}"x, y; z"\r\n')
    assert found.header == ("name", "note")
    assert [line.cells for line in found.lines()] == [["A", "x, y; z"]]


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert table(tmp_path, "name\nMüller\n").header == ("name",)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_told_by_its_mark(tmp_path: Path, charset: str) -> None:
    found = table(tmp_path, "name,city\nZoë,Łódź\n".encode(charset))
    assert found.header == ("name", "city")
    assert [line.cells for line in found.lines()] == [["Zoë", "Łódź"]]


def test_an_old_character_set_is_told_by_its_words(tmp_path: Path) -> None:
    words = "name,ort\n" + "".join(
        f"Käthe Müller {n},Köln am schönen Rhein, grüße\n".replace(", g", " g") for n in range(40)
    )
    found = table(tmp_path, words.encode("cp1252"))
    assert next(iter(found.lines())).cells[1] == "Köln am schönen Rhein grüße"


def test_rows_know_the_line_on_which_they_begin(tmp_path: Path) -> None:
    found = table(tmp_path, 'name,note\nA,"one\ntwo"\n\n,\nB,\n')
    assert [(line.number, line.cells) for line in found.lines()] == [(2, ["A", "one\ntwo"]), (6, ["B", ""])]
    assert found.count == 2
    assert [line.number for line in found.lines(1)] == [6]


def test_a_file_of_refused_rows_is_read_without_what_stands_in_front(tmp_path: Path) -> None:
    found = table(tmp_path, "_line,_error,name,note\n3,wrong,A,x\n")
    assert found.header == ("name", "note")
    assert [line.cells for line in found.lines()] == [["A", "x"]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "empty"),
        ("name,\nA,B\n", "column 2 has no name"),
        ("name,name\nA,B\n", "“name” is there twice"),
        ('name,note\nA,"x\nB,y\n', "line 2"),
        ('name,note\nA,x\nB,"y"z\n', "line 3"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, data: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        table(tmp_path, data)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        open_table(tmp_path / "absent.csv")


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    assert table(tmp_path, "name\nA\n").digest != table(tmp_path, "name\nB\n").digest
