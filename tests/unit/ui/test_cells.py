"""What stands in cells, as the field's options have it."""

from types import SimpleNamespace
from typing import Any

import pytest

from framework.fields.integer import Integer
from i18n.formats import formats
from i18n.lazy import Label
from metadata.snapshot import Field
from ui.values.cells import cell_of


@pytest.mark.parametrize(("options", "shown"), [({"grouping": False}, "12345"), ({}, "12,345")])
def test_the_thousands_of_a_number_are_parted_unless_it_only_names(options: dict[str, Any], shown: str) -> None:
    field = Field("year", Integer(), Label("year", "Year"), "year", options=options)
    reader: Any = SimpleNamespace(formats=formats("en", "UTC"))
    record: Any = SimpleNamespace(values={"year": 12345})
    assert cell_of(field, reader).write(record) == ("", shown, False)
