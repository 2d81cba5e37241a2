"""A bundle with a part of its demo records: enough for a list of two pages, and loaded in a third of the time."""

import json
import shutil
from pathlib import Path
from typing import Any

MOST = 54


def sample_of(bundle: Path, folder: Path) -> Path:
    """Copy the bundle below the folder, with the first demo records of each entity that link to none left out."""
    made = folder / bundle.name
    shutil.copytree(bundle, made)
    files = {path: json.loads(path.read_text("utf-8"))[:MOST] for path in sorted((made / "demo").glob("*.json"))}
    while lost := {path: kept for path, records in files.items() if len(kept := _whole(records, files)) < len(records)}:
        files |= lost
    for path, records in files.items():
        path.write_text(json.dumps(records), "utf-8")
    return made


def _whole(records: list[Any], files: dict[Path, list[Any]]) -> list[Any]:
    known = {record.get("_ref") for several in files.values() for record in several}
    return [record for record in records if all(ref in known for ref in _refs(record))]


def _refs(value: Any) -> list[str]:
    if isinstance(value, list):
        return [ref for member in value for ref in _refs(member)]
    if isinstance(value, dict):
        return [value["ref"]] if set(value) == {"ref"} else [ref for member in value.values() for ref in _refs(member)]
    return []
