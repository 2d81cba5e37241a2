"""What is the same at every drawing is worked out once, and reads as if it had been asked for each time."""

from collections.abc import Callable

from jinja2 import DictLoader
from markupsafe import Markup

from ui.page.folding import FoldingEnvironment


def _drawn(source: str, word: Callable[[str], str], times: int = 1, **values: str) -> list[str]:
    made = FoldingEnvironment({"_": word}, loader=DictLoader({"one": source}), autoescape=True)
    made.globals["_"] = word
    return [made.get_template("one").render(**values) for _ in range(times)]


def test_a_constant_call_is_made_once_and_any_other_at_each_drawing() -> None:
    asked: list[str] = []

    def word(text: str) -> str:
        asked.append(text)
        return text.upper()

    source = "{{ _('save') }} {{ _(name) }}{% if true %} {{ 'x' ~ _('undo') }}{% endif %}"
    assert _drawn(source, word, times=3, name="edit") == ["SAVE EDIT xUNDO"] * 3
    assert (asked.count("save"), asked.count("undo"), asked.count("edit")) == (1, 1, 3)


def test_what_a_template_would_read_as_its_own_stays_text() -> None:
    assert _drawn("<p>{{ _('a') }}</p>", lambda _: "{{ 1 + 1 }} {% if %}") == ["<p>{{ 1 + 1 }} {% if %}</p>"]


def test_what_is_no_markup_is_escaped_as_ever() -> None:
    assert _drawn("{{ _('a') }}", lambda _: "<b>") == ["&lt;b&gt;"]
    assert _drawn("{{ _('a') }}", lambda _: Markup("<b>")) == ["<b>"]


def test_a_function_of_the_same_name_inside_an_object_is_not_taken_for_it() -> None:
    made = FoldingEnvironment({"_": lambda _: "folded"})
    assert made.from_string("{{ one._('a') }}").render(one={"_": lambda _: "own"}) == "own"
