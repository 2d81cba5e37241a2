"""Pages that no metadata describes: sign-in, search, one's own settings, history, errors."""
