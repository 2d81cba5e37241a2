"""The page of one record: what it offers and what belongs to it."""
