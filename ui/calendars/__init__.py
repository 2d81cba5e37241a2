"""Calendars: which days are shown, which entries lie on them, and where each is placed."""
