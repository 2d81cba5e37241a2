"""Puts templates together before they are compiled, as one would write them by hand in one piece.

A template that is included costs a context of its own at every drawing, which for the many small
parts of a form is more than their words cost. Here `include` of a name becomes that text, and one
that chooses among the files of a folder becomes a chain of conditions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from jinja2 import Environment

# The newline behind a block is dropped (trim_blocks), so it goes with the include.
_NAMED = re.compile(r'\{% include "([\w/]+\.html)" %\}\n?')
_CHOSEN = re.compile(r'\{% include "(\w+)/" ~ ([\w.]+) ~ "\.html" %\}\n?')


class Inlining(Extension):
    """A Jinja extension; an included text sees and sets the names of the place where it stands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Give the source with every included text in its place."""
        return _joined(self.environment, source)


def _joined(environment: Environment, source: str) -> str:
    named = _NAMED.sub(lambda found: _text(environment, found[1]), source)
    return _CHOSEN.sub(lambda found: _choice(environment, folder=found[1], by=found[2]), named)


def _choice(environment: Environment, folder: str, by: str) -> str:
    """One branch a file; what has none is looked for as before, and told of as missing."""
    branches = [
        f'{{% elif {by} == "{name.removeprefix(f"{folder}/").removesuffix(".html")}" %}}{_text(environment, name)}'
        for name in environment.list_templates()
        if name.startswith(f"{folder}/")
    ]
    first, *others = branches
    rest = f'{{% else %}}{{% include "{folder}/" ~ {by} ~ ".html" %}}{{% endif %}}'
    return "".join([first.replace("elif", "if", 1), *others, rest])


def _text(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (an environment without templates includes none)
    source, *_ = environment.loader.get_source(environment, name)
    return _joined(environment, source.removesuffix("\n"))
