"""Frozen data between asking and answering: nothing here does anything."""

from framework.plans.aggregate import AggregatePlan, AggregateQuery, Measure
from framework.plans.change import Alteration, ChangePlan, Creation, Line, Removal, Restoration
from framework.plans.query import Count, Query
from framework.plans.read import Access, Expansion, ReadPlan, SortKey

__all__ = [
    "Access",
    "AggregatePlan",
    "AggregateQuery",
    "Alteration",
    "ChangePlan",
    "Count",
    "Creation",
    "Expansion",
    "Line",
    "Measure",
    "Query",
    "ReadPlan",
    "Removal",
    "Restoration",
    "SortKey",
]
