"""Tests of the function table and of each back end by itself; that they agree is shown in tests/contract."""
