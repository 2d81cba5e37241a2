"""Figures over many records: what was asked, and what will be computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.plans.read import Access
    from framework.plans.sought import Sought
    from metadata.expressions import Node, TypedNode


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """Groups and measures as texts, such as `month(closed_on)` and `sum(amount)`; the filter as tree."""

    entity: str
    groups: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count()",)
    filter: Node | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `function` is count, sum, avg, min or max; no node counts records."""

    function: str
    node: TypedNode | None = None


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """Measures per distinct combination of groups, over the rows that the actor may read; `sought` as in ReadPlan."""

    access: Access
    groups: tuple[TypedNode, ...]
    measures: tuple[Measure, ...]
    filter: TypedNode | None = None
    reached: tuple[Access, ...] = ()
    sought: Sought | None = None
