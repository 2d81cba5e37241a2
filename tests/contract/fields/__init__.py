"""Samples from which the inherited suite of field types (`test_field_types`) knows each of them."""
