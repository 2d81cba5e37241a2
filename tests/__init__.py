"""The tests: they see every floor, and no floor sees them."""
