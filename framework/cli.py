"""The command `armature`."""

from __future__ import annotations

import click

from framework.commands.apply import apply
from framework.commands.check import check
from framework.commands.explain import explain
from framework.commands.import_ import import_
from framework.commands.init import init
from framework.commands.serve import serve
from framework.commands.token import token
from framework.commands.user import user


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="armature-crm")
def main() -> None:
    """A CRM whose tables, screens, rights and API come from JSON metadata."""


for command in (apply, check, explain, import_, init, serve, token, user):
    main.add_command(command)
