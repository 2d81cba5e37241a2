"""The command `armature`. A command is loaded when it is called, so that no other one is waited for."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

# Name → where the command is; its module imports what it needs.
COMMANDS: Mapping[str, str] = {
    "apply": "framework.commands.apply:apply",
    "backup": "framework.commands.backup:backup",
    "bundle": "framework.commands.bundle:bundle",
    "check": "framework.commands.check:check",
    "demo": "framework.commands.demo:demo",
    "diff": "framework.commands.diff:diff",
    "doctor": "framework.commands.doctor:doctor",
    "explain": "framework.commands.explain:explain",
    "export": "framework.commands.export:export",
    "import": "framework.commands.import_:import_",
    "init": "framework.commands.init:init",
    "plan": "framework.commands.plan:plan",
    "pull": "framework.commands.pull:pull",
    "restore": "framework.commands.backup:restore",
    "revisions": "framework.commands.revisions:revisions",
    "rollback": "framework.commands.revisions:rollback",
    "schema": "framework.commands.schema:schema",
    "serve": "framework.commands.serve:serve",
    "show": "framework.commands.revisions:show",
    "token": "framework.commands.token:token",
    "user": "framework.commands.user:user",
    "words": "framework.commands.words:words",
    "work": "framework.commands.work:work",
}


class _Commands(click.Group):
    """The commands by name, each loaded at its call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in their order."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, None for an unknown name."""
        place = COMMANDS.get(cmd_name)
        return super().get_command(ctx, cmd_name) if place is None else resolve_name(place)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="armature-crm")
def main() -> None:
    """A CRM whose tables, screens, rights and API come from JSON metadata."""
