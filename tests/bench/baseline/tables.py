"""The tables of the baseline, and with them what the product's bundle is made of.

Columns say how they are called on a screen too, so `tests.bench.bundle` gives both sides equal ones.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)

metadata = MetaData()

CHOICES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "contact_status": {
        "new": {"label": "New", "color": "grey"},
        "active": {"label": "Active", "color": "green"},
        "dormant": {"label": "Dormant", "color": "ochre"},
        "gone": {"label": "Left the company", "color": "red"},
    },
    "industry": {
        "water": {"label": "Water", "color": "blue"},
        "food": {"label": "Food and drink", "color": "orange"},
        "chemistry": {"label": "Chemistry", "color": "violet"},
        "energy": {"label": "Energy", "color": "green"},
    },
    "sales_stage": {
        "new": {"label": "New", "color": "grey"},
        "proposal": {"label": "Proposal", "color": "petrol"},
        "won": {"label": "Won", "color": "green"},
        "lost": {"label": "Lost", "color": "red"},
    },
}


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is put back on when a value is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=dt.UTC)


# A real uuid where there is one, else its text.
Key = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")
# People look for names without minding capitals; PostgreSQL's own collation does that already.
_NAME = Text().with_variant(Text(collation="NOCASE"), "sqlite")


def _field(name: str, sql: Any, kind: str, label: str, **options: Any) -> Column[Any]:
    """Make a column that is a field of the product too; options are those of the metadata language."""
    return Column(
        name,
        *(sql if isinstance(sql, tuple) else (sql,)),
        nullable=not options.get("required", False),
        info={"field": {"type": kind, "label": label, **options}},
    )


def _record(name: str, label: str, plural: str, icon: str, *fields: Column[Any]) -> Table:
    table = Table(
        name,
        metadata,
        Column("id", Key, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("created_by", Key),
        Column("updated_at", Moment, nullable=False),
        Column("updated_by", Key),
        Column("deleted_at", Moment),
        Column("deleted_by", Key),
        Column("owner", Key, ForeignKey("person.id")),
        Column("team", Key),
        *fields,
        info={"label": label, "label_plural": plural, "icon": icon},
    )
    # Two things are asked all day: my own by name, and how many are mine.
    Index(f"{name}_mine", table.c.owner, table.c.name, table.c.id)
    Index(f"{name}_alive", table.c.owner, table.c.deleted_at)
    for column in fields:
        if column.info["field"].get("indexed"):
            Index(f"{name}_{column.name}", column, table.c.id)
    return table


account = _record(
    "account",
    "Account",
    "Accounts",
    "building",
    _field("name", _NAME, "text", "Name", required=True, max_length=120, searchable=True, indexed=True),
    _field("industry", Text, "choice", "Industry", choices="industry"),
    _field("city", Text, "text", "City", max_length=80),
    _field("website", Text, "text", "Website", max_length=200),
    _field("employees", BigInteger, "integer", "Employees", min=0),
    _field("customer_since", Date, "date", "Customer since"),
    _field("key_account", Boolean, "boolean", "Key account"),
)

contact = _record(
    "contact",
    "Contact",
    "Contacts",
    "address-book",
    _field("name", _NAME, "text", "Name", required=True, max_length=120, searchable=True, indexed=True),
    _field("account", (Key, ForeignKey("account.id")), "link", "Account", to="account", indexed=True),
    _field("job_title", Text, "text", "Job title", max_length=120),
    _field("status", Text, "choice", "Status", choices="contact_status", default="new", indexed=True),
    _field("email", Text, "text", "E-mail", max_length=254),
    _field("phone", Text, "text", "Phone", max_length=40),
    _field("city", Text, "text", "City", max_length=80),
    _field("rating", BigInteger, "integer", "Rating", min=0, max=100),
    _field("birthday", Date, "date", "Birthday"),
    _field("last_contacted_on", Date, "date", "Last contacted on"),
    _field("newsletter", Boolean, "boolean", "Newsletter"),
)

opportunity = _record(
    "opportunity",
    "Opportunity",
    "Opportunities",
    "target",
    _field("name", _NAME, "text", "Name", required=True, max_length=120, searchable=True, indexed=True),
    _field("account", (Key, ForeignKey("account.id")), "link", "Account", to="account", indexed=True),
    _field("contact", (Key, ForeignKey("contact.id")), "link", "Contact", to="contact"),
    _field("stage", Text, "choice", "Stage", choices="sales_stage", default="new", indexed=True),
    _field("amount", BigInteger, "integer", "Amount", min=0),
    _field("closes_on", Date, "date", "Closes on"),
    _field("recurring", Boolean, "boolean", "Recurring"),
)

person = Table(
    "person",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("locale", Text),
    Column("zone", Text),
    Column("team", Key),
    Column("active", Boolean, nullable=False),
    Column("deleted_at", Moment),
)

role_membership = Table(
    "role_membership",
    metadata,
    Column("person", Key, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, primary_key=True),
)

token = Table(
    "token",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", Key, ForeignKey("person.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", Key, ForeignKey("person.id"), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("entity", Text, nullable=False),
    Column("record", Key, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("op", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("actor", Key),
    Column("actor_name", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("op_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("change_record", change.c.entity, change.c.record, change.c.seq)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", Key, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

FIELDS = {
    table.name: tuple(column for column in table.c if "field" in column.info)
    for table in (account, contact, opportunity)
}
