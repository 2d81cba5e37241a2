"""Tests of the engine, in the shape of its rooms."""
