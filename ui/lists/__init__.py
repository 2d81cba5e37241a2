"""Lists: filters, views, columns, groups and the figures below them."""
