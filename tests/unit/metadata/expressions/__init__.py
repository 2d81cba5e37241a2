"""Tests of the expression language without its back ends."""
