"""The yardstick: contacts of a CRM as a good engineer writes them by hand, for one set of tables.

It knows no metadata and shares no code with the product; only granian, Flask, SQLAlchemy Core,
msgspec and Jinja are the same.
"""
