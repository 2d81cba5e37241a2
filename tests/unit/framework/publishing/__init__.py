"""Tests of framework.publishing: what is pure in it."""
