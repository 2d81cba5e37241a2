"""The door to records: parse, plan, read, write. Nobody reaches a record by another way."""

from framework.records.door import Door
from framework.records.judge import FieldState
from framework.records.reader import Counted
from framework.records.record import Linked, Page, Record
from framework.records.sealed import Seal

__all__ = ["Counted", "Door", "FieldState", "Linked", "Page", "Record", "Seal"]
