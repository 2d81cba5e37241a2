"""How stored values read: cells, titles, the names of doors."""
