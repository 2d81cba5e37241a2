"""Options that a schema cannot judge are judged by the type itself."""

from typing import Any

import pytest

from framework.fields.registry import STANDARD
from i18n.lazy import Label
from metadata.snapshot import Field

TYPES = {kind.name: kind for kind in STANDARD}


@pytest.mark.parametrize(
    ("kind", "options", "key"),
    [
        ("auto_number", {"pattern": "Q-{seq:5}", "reset": "year"}, "pattern"),
        ("auto_number", {"pattern": "Q-{month}-{seq:5}", "reset": "month"}, "pattern"),
        ("date", {"min": "2026-02-30"}, "min"),
        ("datetime", {"max": "2026-02-30T00:00Z"}, "max"),
        ("decimal", {"precision": 4, "scale": 5}, "scale"),
        ("percent", {"precision": 2, "scale": 3}, "scale"),
        ("money", {"currency": "QQQ"}, "currency"),
        ("formula", {"result": "money", "currency": "QQQ"}, "currency"),
        ("formula", {"result": "decimal", "precision": 4, "scale": 5}, "scale"),
        ("phone", {"default_country": "XX"}, "default_country"),
        ("country", {"only": ["DE", "XX"]}, "only"),
        ("country", {"only": ["de"]}, "only"),
        ("language", {"only": ["de_AT"]}, "only"),
        ("time_zone", {"only": ["Asia/Calcutta"]}, "only"),
        ("time", {"min": "18:00", "max": "08:00"}, "min"),
    ],
)
def test_a_senseless_option_is_told_with_its_name(kind: str, options: dict[str, Any], key: str) -> None:
    assert [found for found, _ in TYPES[kind].check_options(_field(kind, options))] == [key]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("auto_number", {"pattern": "Q-{year}-{month}-{seq:5}", "reset": "month"}),
        ("auto_number", {"pattern": "{seq:5}"}),
        ("date", {"min": "today", "max": "2026-02-28"}),
        ("decimal", {"precision": 5, "scale": 5}),
        ("money", {"currency": "EUR"}),
        ("phone", {"default_country": "DE"}),
        ("country", {"only": ["DE", "XK"]}),
        ("language", {"only": ["de", "de-AT", "zh-Hant"]}),
        ("time_zone", {"only": ["UTC", "Asia/Kolkata"]}),
        ("time", {"min": "08:00", "max": "18:00"}),
    ],
)
def test_a_sensible_option_is_not_reported(kind: str, options: dict[str, Any]) -> None:
    assert list(TYPES[kind].check_options(_field(kind, options))) == []


def _field(kind: str, options: dict[str, Any]) -> Field:
    return Field("value", TYPES[kind], Label("value", "Value"), "value", options=options)
