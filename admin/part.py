"""The desk as an installed part: every module of `admin.pages` brings addresses."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from flask import Blueprint

import admin.pages
from framework.extension import Entry, Part
from i18n.lazy import msg


def _pages() -> list[Blueprint]:
    names = sorted(module.name for module in iter_modules(admin.pages.__path__))
    return [import_module(f"admin.pages.{name}").pages for name in names]


part = Part(
    name="admin",
    blueprints=_pages(),
    templates=Path(__file__).parent / "templates",
    entries=(
        Entry(
            msg("Administration"),
            "adjustments-horizontal",
            "/admin",
            frozenset({"design", "publish", "translate", "manage_people", "manage_integrations", "operate"}),
        ),
    ),
)
