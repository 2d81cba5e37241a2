"""`armature explain`: why somebody may or may not do something."""

from __future__ import annotations

from dataclasses import replace

import click

from framework.commands.world import acting_context, as_option, json_option, print_json, refusing, services_ready


@click.command("explain")
@click.option("--user", "email", required=True, metavar="EMAIL", help="About whom.")
@click.argument("action", type=click.Choice(["read", "create", "update", "delete"]))
@click.argument("entity")
@click.argument("ident", metavar="[ID]", required=False)
@click.option("--field", help="About one field of it.")
@as_option
@json_option
@refusing
def explain(
    email: str, action: str, entity: str, *, ident: str | None, field: str | None, acting: str | None, as_json: bool
) -> None:
    """Tell whether a person may do it, and which grant of which role decides."""
    known = services_ready()
    context = acting_context(known, acting)
    about = replace(context, actor=known.auth.by_email(email.lower()).actor)
    found = known.door.explain(context, about, action, entity, ident, field)
    if as_json:
        print_json(found)
        return
    answer = {True: "yes", False: "no", None: "it depends on the record"}[found["allowed"]]
    click.echo(f"May {email} {action} {entity}{f' {ident}' if ident else ''}? {answer}")
    for one in found["roles"]:
        place = f"grants.{one['grant']}" if one["grant"] else "no grant"
        rule = ", narrowed by a row rule" if one["row_rule"] else ""
        right = f", field: {one['field']}" if one["field"] else ""
        says = {True: "yes", False: "no", None: "depends"}[one["allows"]]
        click.echo(f"  {says:<8} role {one['role']}: {place}, reach {one['reach']}{rule}{right}")
