"""The compiled form of all metadata: frozen, complete, shared by every request of a revision.

Nothing here points back, loads lazily or knows a database or a request; every look-up that
anybody needs is made once, at compile time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n.lazy import Label
    from metadata.catalogue import FieldType
    from metadata.expressions.typed import TypedNode


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


class Reach(StrEnum):
    """How far a grant goes over the rows of an entity, from nothing to everything."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    BELOW = "below"
    ALL = "all"


class FieldRight(StrEnum):
    """What a grant gives on one field, from nothing to writing."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a choice list. `outcome` is "won", "lost" or None."""

    key: str
    label: Label
    color: str | None = None
    outcome: str | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """A choice list; `ordered` lists are stages, drawn as a ramp and a stage bar."""

    name: str
    label: Label
    options: Mapping[str, Option]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change of a choice: to which option, when, and which fields it needs."""

    to: str
    when: TypedNode | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that refuses a write, with its message and the field it is shown at."""

    name: str
    refuse_when: TypedNode
    message: Label
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """Fields that together may occur once among live records."""

    name: str
    fields: tuple[str, ...]
    message: Label | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """Fields whose same values make two live records alike; a strict rule refuses the second of them."""

    name: str
    fields: tuple[str, ...]
    strict: bool = False
    message: Label | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity with everything that its type and the screens need.

    `column` is the stem of the physical column names: the identity, or where a revision says so another
    one (`amount__2`); `system` fields are set by the server; `targets` names the entities that a link may
    point at, `to_traits` the traits that make an entity one of them, and `target_tables` gives, by name, the
    identity that a link to several keeps; `linked` is the entity whose records a field of links, or of lines, names;
    `lines` is the entity, and its link to here, of the records that are part of this one, as rows of it;
    `of` is the entity, and its link to here, whose records a figure is made of, those for which `link_filter` holds;
    `choices` is the resolved list of a choice; `options` holds the keys that belong to the type alone;
    `depends_on` names the fields of the same record that its expressions look at.
    """

    name: str
    type: FieldType
    label: Label
    column: str
    help: Label | None = None
    required: bool = False
    default: object = None
    default_expression: TypedNode | None = None
    unique: bool = False
    indexed: bool = False
    searchable: bool = False
    read_only: bool = False
    read_only_after_create: bool = False
    personal: bool = False
    audited: bool = False
    system: bool = False
    options: Mapping[str, Any] = field(default_factory=_nothing)
    choices: Choices | None = None
    targets: tuple[str, ...] = ()
    to_traits: frozenset[str] = frozenset()
    target_tables: Mapping[str, str] = field(default_factory=_nothing)
    linked: str | None = None
    lines: tuple[str, str] | None = None
    of: tuple[str, str] | None = None
    flow: Mapping[str, tuple[Transition, ...]] | None = None
    formula: TypedNode | None = None
    link_filter: TypedNode | None = None
    visible_when: TypedNode | None = None
    required_when: TypedNode | None = None
    read_only_when: TypedNode | None = None
    options_when: Mapping[str, TypedNode] | None = None
    depends_on: frozenset[str] = frozenset()

    @property
    def computed(self) -> bool:
        """Whether the value comes from a formula and is never written by a caller."""
        return self.formula is not None

    @property
    def to_several(self) -> bool:
        """Whether it is a link that may point at records of more than one entity."""
        return bool(self.to_traits) or len(self.targets) > 1

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The entities whose records a link, or links, may name; none for other fields."""
        return (self.linked,) if self.linked else self.targets

    @property
    def chosen_from(self) -> str | None:
        """The one entity among whose records one, or several, are chosen; None where there is no such entity."""
        return self.linked or self.only_target

    @property
    def only_target(self) -> str | None:
        """The one entity that a link leads to; None where it leads to several, or is no link."""
        return self.targets[0] if self.targets and not self.to_several else None


@dataclass(frozen=True, slots=True)
class ActionStep:
    """One write of an action: a new record of `entity` (`target` None), or a change of the record called `target`.

    Later steps call the written record `name`; a step whose `when` does not hold is left out, and then so is all that
    is called by its name. `values` are expressions by field.
    """

    entity: str
    target: str | None = None
    name: str | None = None
    when: TypedNode | None = None
    values: Mapping[str, TypedNode] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that people do with a record: a button as metadata.

    It is offered while `when` holds. `inputs` is an entity that exists nowhere else, whose fields are asked for;
    `open` names the record that is shown afterwards.
    """

    name: str
    label: Label
    inputs: Entity
    icon: str
    help: Label | None = None
    when: TypedNode | None = None
    steps: tuple[ActionStep, ...] = ()
    open: str = "record"


@dataclass(frozen=True, slots=True)
class PartOf:
    """Whose lines the records of an entity are: the entity, its field of lines, and the link to its records."""

    entity: str
    field: str
    link: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record.

    `fields` holds every live field in the order of show, system fields last; `title` names the
    field whose text stands for the record; `links_in` lists (entity, field) of links to here, without
    those that the server sets (created_by …); rules of a field are named `field.rule`; `follows` names the link
    to the record without which this one is not seen; `part_of` names whose lines the records are; `notifies` gives, by
    the reason that people are told, the fields that lead to or name them.
    """

    name: str
    table: str
    label: Label
    label_plural: Label
    icon: str
    title: str
    fields: Mapping[str, Field]
    layer: str = ""
    traits: frozenset[str] = frozenset()
    retired_fields: Mapping[str, Field] = field(default_factory=_nothing)
    aliases: Mapping[str, str] = field(default_factory=_nothing)
    unique: Mapping[str, Unique] = field(default_factory=_nothing)
    duplicates: Mapping[str, DuplicateRule] = field(default_factory=_nothing)
    rules: Mapping[str, Rule] = field(default_factory=_nothing)
    links_in: tuple[tuple[str, str], ...] = ()
    help: Label | None = None
    follows: str | None = None
    part_of: PartOf | None = None
    actions: Mapping[str, Action] = field(default_factory=_nothing)
    notifies: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)

    @property
    def private(self) -> bool:
        """Whether nobody but its owner sees a record, whatever roles grant."""
        return "private" in self.traits

    @property
    def owned(self) -> bool:
        """Whether records have an owner and a team."""
        return "owned" in self.traits


@dataclass(frozen=True, slots=True)
class Screen:
    """A defined page: `options` are the keys of its kind, already checked against its schema."""

    name: str
    kind: str
    entity: str | None
    label: Label
    roles: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=_nothing)
    generated: bool = False
    help: Label | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A standard view of an entity's list; `columns` empty means those of the list.

    `filter` is the checked text, for each reader's rights give it its meaning anew; `sort` names
    fields, with a leading `-` for descending; both may follow links with dots.
    """

    name: str
    entity: str
    label: Label
    roles: tuple[str, ...] = ()
    filter: str | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """What becomes of one column of a file: a field (or part of it), or nothing (`field` None).

    For a link `by` is the field that the text is looked up in, None for the title; `format` is a
    CLDR pattern of dates; `values` maps texts of the file to others.
    """

    field: str | None
    values: Mapping[str, str]
    part: str | None = None
    by: str | None = None
    blank_when_missing: bool = False
    format: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """How the columns of a file become fields; `match` are the fields that find a record to change."""

    name: str
    label: Label
    entity: str
    file: str | None
    match: tuple[str, ...]
    defaults: Mapping[str, Any]
    columns: Mapping[str, ImportColumn]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role gives on one entity (or on `*`, all of them)."""

    read: Reach = Reach.NONE
    create: bool = False
    update: Reach = Reach.NONE
    delete: Reach = Reach.NONE
    rows: Mapping[str, TypedNode] = field(default_factory=_nothing)
    fields: Mapping[str, FieldRight] = field(default_factory=_nothing)
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of grants and abilities; `grants` is keyed by entity name or `*`."""

    name: str
    label: Label
    abilities: frozenset[str]
    grants: Mapping[str, Grant]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the sidebar: a screen, whose records may be counted, an entity's list, or an outside address."""

    name: str
    label: Label | None
    icon: str | None
    screen: str | None = None
    entity: str | None = None
    url: str | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Entries under one heading; the heading may be absent for the first group."""

    name: str
    label: Label | None
    items: tuple[NavigationItem, ...]


@dataclass(frozen=True, slots=True)
class Navigation:
    """An arrangement of screens for some roles (`roles` empty: everybody)."""

    name: str
    label: Label
    roles: tuple[str, ...]
    groups: tuple[NavigationGroup, ...]
    phone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """The company's own settings."""

    name: str = "Armature"
    locale: str = "en"
    zone: str = "UTC"
    currency: str = "EUR"
    week_start: str = "monday"
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything a revision defines. Identity is the object; `digest` keys what is derived from it.

    `entity_screens` gives the screens of (entity, kind), those for named roles first;
    `translations` maps locale to the PO texts of the layers, lowest first; `aliases` old names of
    entities to present ones; `bundles` lists the installed bundles, each after those it requires.
    """

    digest: str
    site: Site
    entities: Mapping[str, Entity]
    choices: Mapping[str, Choices]
    screens: Mapping[str, Screen]
    roles: Mapping[str, Role]
    navigation: Mapping[str, Navigation]
    bundles: tuple[str, ...] = ()
    translations: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    entity_screens: Mapping[tuple[str, str], tuple[Screen, ...]] = field(default_factory=_nothing)
    views: Mapping[str, View] = field(default_factory=_nothing)
    imports: Mapping[str, ImportMapping] = field(default_factory=_nothing)
    aliases: Mapping[str, str] = field(default_factory=_nothing)
