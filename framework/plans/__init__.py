"""Frozen data between asking and answering: nothing here does anything."""

from framework.plans.query import Count, Query

__all__ = ["Count", "Query"]
