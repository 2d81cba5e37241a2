"""Tests of the floor i18n; they need no database and no application."""
