"""Templates compiled once are found by the next process, and never by one that would compile something else."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from i18n.words import own_words
from ui.page import compiled
from ui.page.compiled import kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "templates"
    made.mkdir()
    (made / "page.html").write_text("<p>{{ name }}</p>")
    return made


def drawn(folder: Path, cache: Path, locale: str = "en") -> tuple[str, int]:
    """What a fresh environment draws, and how often it had to compile."""
    cache.mkdir(exist_ok=True)
    times = 0

    class Counting(Environment):
        def compile(self, *source: Any, **named: Any) -> Any:
            nonlocal times
            times += 1
            return super().compile(*source, **named)

    made = Counting(loader=FileSystemLoader(folder), bytecode_cache=kept(own_words(locale), [folder], cache))
    return made.get_template("page.html").render(name="A"), times


def test_the_next_environment_need_not_compile(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert [drawn(folder, cache) for _ in range(2)] == [("<p>A</p>", 1), ("<p>A</p>", 0)]


def test_each_language_has_its_own(folder: Path, tmp_path: Path) -> None:
    locales = ("en", "de", "en_XA", "ru")
    assert [drawn(folder, tmp_path / "cache", locale)[1] for locale in locales] == [1] * 4


def test_a_part_that_another_template_includes_counts_too(folder: Path, tmp_path: Path) -> None:
    drawn(folder, tmp_path / "cache")
    (folder / "other.html").write_text("changed")
    assert drawn(folder, tmp_path / "cache") == ("<p>A</p>", 1)


def test_a_disk_that_takes_nothing_costs_no_page(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert drawn(folder, tmp_path / "cache") == ("<p>A</p>", 1)


def test_without_a_safe_folder_there_is_no_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsafe(_: object) -> str:
        raise RuntimeError("Cannot determine safe temp directory")

    monkeypatch.setattr(compiled.KeptTemplates, "_get_default_cache_dir", unsafe)
    assert kept(own_words("en"), [folder]) is None
