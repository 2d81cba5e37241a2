"""The metadata language: documents in, a frozen snapshot out. Pure: no web, no database."""
