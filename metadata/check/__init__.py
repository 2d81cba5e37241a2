"""All that can be wrong with definitions, found in one run.

    problems = check([load_core(), layer], catalogue)

`docs/reference/checks.md` lists the codes. A `Checker` that is kept checks a changed document alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.check.checker import Checker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.problems import Problem

__all__ = ["Checker", "check"]


def check(layers: Iterable[Layer], catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of a set of layers (core among them), errors first.

    Problems of reading the files come from `metadata.load` and are not repeated. Without an error
    among both, `compile_snapshot` makes a snapshot of the same layers.
    """
    return Checker(catalogue).check(layers)
