"""Frozen data between asking and answering: nothing here does anything."""

from framework.plans.change import Alteration, ChangePlan, Creation, Removal, Restoration
from framework.plans.query import Count, Query
from framework.plans.read import Access, Expansion, ReadPlan, SortKey

__all__ = [
    "Access",
    "Alteration",
    "ChangePlan",
    "Count",
    "Creation",
    "Expansion",
    "Query",
    "ReadPlan",
    "Removal",
    "Restoration",
    "SortKey",
]
