"""Frozen data between asking and answering: nothing here does anything."""

from framework.plans.query import Count, Query
from framework.plans.read import Access, Expansion, ReadPlan, SortKey

__all__ = ["Access", "Count", "Expansion", "Query", "ReadPlan", "SortKey"]
