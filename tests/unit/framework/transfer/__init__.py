"""Imports and exports, as far as no database is needed."""
