"""Tests of the language; they need no database and no application."""
