"""Suites that every field type, function, screen kind, example and storage engine must pass."""
