"""The pages of the reference that are made from the code: `python -m tests.support.reference` writes them anew.

They are committed, so that a change of the product shows in review as a change of its reference; a test compares.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framework.api.openapi import document
from framework.cli import main
from framework.context import Actor
from framework.errors import ArmatureError
from framework.extension import installed_catalogue, installed_parts
from framework.permissions import policy_for
from metadata.compile import compile_snapshot
from metadata.load import load_folder
from tests.support.layers import with_core

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Known = dict[str, list[ast.expr]]
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/reference"
MINIMAL = ROOT / "examples/minimal"
FLOORS = ("admin", "ui", "framework")
# Where calls that refuse have the code: their name, and the place of the argument.
REFUSALS = {"Fault": 1, "_refusal": 1, "ValueRefusedError": 1}
# Codes whose words are put together elsewhere than where they are raised.
NOTES = {
    "column": "A column of the file cannot be taken; the words say why.",
    "flow": "No step leads from the option that is there to the one that was given, or not now.",
    "item": "An item of the batch is not written as its verb needs it.",
    "link_text": "What was typed names no record, or several.",
    "rule": "The words of the rule that refuses it.",
    "unknown_action": "There is no such action, or none that you may do.",
    "unknown_entity": "There is no such entity, or you may not see it.",
    "unknown_person": "Nobody who could sign in has this e-mail.",
    "unplaced": "The form was changed meanwhile and has no place any more for what was typed.",
}
_COMMANDS = """\
# Commands

All of them take `--help`. A status of 0 says that all is well, 1 that something was refused or failed, 2 that the
command was written wrongly; `plan --exit-code` ends with 3 where there is something to do. With `--json` nothing but
JSON is printed to standard output, refusals as `{"problems": […]}` too. Commands that act on records take `--as
EMAIL` and have the rights of that person; without it they act as the system, in the role of an administrator."""
_ERRORS = """\
# Error codes

A refusal is problem JSON (RFC 9457). Its `code` says what kind it is and goes with the status; `errors` has a code
for each fault, with its place. Codes stay as they are, words do not: let programs look at codes. The words below are
those of English; `…` stands for what differs. What is wrong with metadata has [codes of its own](checks.md), so have
[expressions](expressions.md#errors)."""
_API = """\
# Addresses of the API

Each entity has the addresses below `/api/v1/records`; those of `visit`, of the example `minimal`, stand here for all.
An entity with files, actions or rules about duplicates has more. Your own installation describes itself, as far as
your rights reach, at `/docs/api` and as OpenAPI 3.1 at `/api/v1/openapi.json`. How to use them: [](../how-to/api.md).
What refusals say: [](errors.md)."""
VERBS = ("get", "post", "put", "patch", "delete")


def commands() -> str:
    """Every command with its arguments and options, as `--help` tells them."""
    parts = [_COMMANDS]
    for name, command in each_command(main, "armature"):
        usage = " ".join([name, *command.collect_usage_pieces(click.Context(command))])
        parts += [f"## `{name}`", f"```\n{usage}\n```", _paragraphs(command.help or "")]
        rows = [_option(one) for one in command.params if isinstance(one, click.Option) and not one.hidden]
        parts += [_table(("option", ""), rows)] if rows else []
    return _page(parts)


def each_command(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, below one, with its whole name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for one in command.list_commands(context):
        found = command.get_command(context, one)
        assert found is not None  # it was listed just now
        yield from each_command(found, f"{name} {one}")


def _option(option: click.Option) -> tuple[str, str]:
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(main))}"
    told = option.help or ""
    if option.show_default and not option.is_flag:
        told += f" Default: `{option.default}`."
    return f"`{', '.join(option.opts)}{value}`".replace("|", "\\|"), _said(told, required=option.required)


def _said(text: str, *, required: bool) -> str:
    return f"{text.strip().rstrip('.')}. Required." if required else text.strip()


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def errors() -> str:
    """Every code by which something is refused, with what people read then."""
    parts = [_ERRORS]
    words, statuses = _words(), _statuses()
    for code in sorted({*words, *statuses}):
        parts.append(f"## `{code}`")
        if code in statuses:
            parts.append(f"Status {', '.join(str(status) for status in sorted(statuses[code]))}.")
        listed = [NOTES[code]] if code in NOTES else sorted(words[code])
        parts.append("\n".join(f"- {text}" for text in listed))
    return _page(parts)


def _statuses() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    by_name = {kind.__name__: kind for kind in _all_kinds()}
    for kind in by_name.values():
        found.setdefault(kind.code, set()).add(kind.status)
    for call, _ in _calls():
        kind = by_name.get(_called(call), ArmatureError)
        code = _constant(_keyword(call, "code"))
        if code and kind is not ArmatureError:
            found.setdefault(code, set()).add(kind.status)
        if _called(call) == "_refusal" and (code := _constant(_argument(call, REFUSALS["_refusal"]))):
            found.setdefault(code, set()).add(400)
    return found


def _all_kinds() -> list[type[ArmatureError]]:
    installed_parts()  # they import every room, and so every kind of error
    return list(_kinds(ArmatureError))


def _kinds(kind: type[ArmatureError]) -> Iterator[type[ArmatureError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds(one)


def _words() -> dict[str, set[str]]:
    """The sentences with which each code is told, as far as they stand in the call or just before it."""
    found: dict[str, set[str]] = {kind.code: {str(kind.title)} for kind in _all_kinds()}
    for call, known in _calls():
        name = _called(call)
        if name not in REFUSALS and not name.endswith("Error"):
            continue
        given = _keyword(call, "code") or _argument(call, REFUSALS.get(name, len(call.args)))
        code = "type" if name == "ValueRefusedError" and given is None else _constant(given)
        if code:
            told = [*call.args, *(one.value for one in call.keywords)]
            found.setdefault(code, set()).update(text for one in told for text in _sentences(one, known))
    return found


def _calls() -> Iterator[tuple[ast.Call, Known]]:
    """Every call of the product, with what the names of its function are set to."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            outer = _set_in(tree.body)
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            for function in functions:
                known = outer | _set_in(ast.walk(function))
                yield from ((node, known) for node in ast.walk(function) if isinstance(node, ast.Call))


def _set_in(nodes: Iterable[ast.AST]) -> Known:
    found: Known = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _argument(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if place < len(call.args) else None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _sentences(node: ast.expr, known: Known) -> Iterator[str]:
    match node:
        case ast.Name(id=name) if name in known:
            for one in known[name]:
                yield from _sentences(one, {key: value for key, value in known.items() if key != name})
        case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
            yield from _sentences(one, known)
            yield from _sentences(other, known)
        case ast.Call(func=ast.Name(id="msg"), args=[ast.Constant(value=str(text)), *_]):
            yield _plain(text)
        case ast.Call(func=ast.Name(id="nmsg"), args=[_, ast.Constant(value=str(text)), *_]):
            yield _plain(text)


def _plain(text: str) -> str:
    """The sentence with an ellipsis for each placeholder."""
    parts = [part.partition(")s")[2] if place else part for place, part in enumerate(text.split("%("))]
    return "…".join(parts).replace("%%", "%").replace("<", "&lt;").replace("*", "\\*").replace("`", "\\`")


def api() -> str:
    """Every address of the API, as an administrator of the bundle `minimal` is told of it."""
    layer, _ = load_folder(MINIMAL)
    snapshot = compile_snapshot(with_core(layer), installed_catalogue())
    administrator = Actor(id=None, name="", roles=frozenset({"administrator"}))
    described: dict[str, Any] = json.loads(document(policy_for(snapshot, administrator), 1))
    parts = [_API]
    for path, operations in sorted(described["paths"].items()):
        if "/records/" in path and "/records/visit" not in path:
            continue
        for verb in VERBS:
            if verb in operations:
                parts += _operation(f"{verb.upper()} {path}", operations[verb])
    return _page(parts)


def _operation(head: str, told: Mapping[str, Any]) -> list[str]:
    statuses = sorted(told["responses"])
    fine = [f"{status}: {told['responses'][status]['description']}" for status in statuses if status < "300"]
    refused = ", ".join(status for status in statuses if status >= "400")
    rows = [
        (f"`{one['name']}`", _said(one.get("description", ""), required=one.get("required", False)))
        for one in told.get("parameters", ())
    ]
    table = [_table(("parameter", ""), rows)] if rows else []
    return [f"## `{head}`", f"{told['summary']}.", *table, f"{'. '.join(fine)}. Refusals: {refused}."]


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"| {one} | {other} |" for one, other in (head, ("---", "---"), *rows))


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {"api.md": api, "commands.md": commands, "errors.md": errors}


if __name__ == "__main__":
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")
