"""Tests of the pages where administrators change definitions."""
