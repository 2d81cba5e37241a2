"""All that can be wrong with definitions, found in one run.

    problems = check([load_core(), layer], catalogue)

`docs/reference/checks.md` lists the codes. A `Checker` that is kept checks a changed document alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metadata.check.checker import Checker
from metadata.compile.freeze import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metadata.catalogue import Catalogue
    from metadata.documents import Layer
    from metadata.problems import Problem

__all__ = ["Checker", "check"]


def check(
    layers: Iterable[Layer], catalogue: Catalogue, former: Mapping[str, frozenset[str]] = NOTHING
) -> tuple[Problem, ...]:
    """Every problem of a set of layers (core among them), errors first.

    Problems of reading the files come from `metadata.load` and are not repeated. Without an error
    among both, `compile_snapshot` makes a snapshot of the same layers. For `former` see `Checker.check`.
    """
    return Checker(catalogue).check(layers, former)
