"""The engine: turns a snapshot into tables, records, rights and an API."""
