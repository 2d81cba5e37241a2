"""Requests that somebody could send, drawn at random: sensible ones, wrong ones, and such as pry into what is hidden.

A seed always gives the same requests; what becomes of them is for the proofs to judge.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tests.door.oracle import SYSTEM_FIELDS
from tests.door.sales import ACTORS, ENTITIES, SCREENS, ident_of

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from tests.support.clients import Answer, Client

API = "/api/v1"
ABSENT = ident_of("nothing at all")
ODD_NAMES = (
    "nothing", "Margin", "MARGIN", '"margin"', "margin--", "deal.margin", "t_deal", "rowid", "company.secret",
    "company.name", "company.nothing", "owner.name", "owner.email", "owner.manager", "deal.discount",
    "created_by.email", "company.tier.x", "deleted_at", "fields", "", "*", "margin,amount", "secret", "price",
    "marginn",
)  # fmt: skip
NUMBERS = (-3, 0, 1, 5, 7, 42, 150, 99)
TEXTS = ("Same name", "deal", "Company 1", "hush", "hush2", "Quote 3", "D4", "D5", "%", "_", "'", "draft", "x")
FAR = ("name", "tier", "secret")
BOARDS = ("deals_by_stage", "deals_by_company")
STAGES = ("draft", "open", "won", "gone")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Write:
    """What a call would change. `ident` is None where the server names the record; `by` is a value of `code`."""

    op: str
    entity: str
    ident: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request through a door; `writes` are what it would change if it were accepted."""

    door: str
    method: str
    path: str
    body: object = None
    form: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()

    def by(self, client: Client) -> Answer:
        """The answer that somebody gets."""
        if self.form is None:
            return client.call(self.method, self.path, self.body, headers=self.headers)
        raw = urlencode({name: "" if value is None else value for name, value in self.form.items()}).encode()
        return client.call(self.method, self.path, raw=raw, headers={"Content-Type": _FORM, **self.headers})


@dataclass(slots=True)
class Requests:
    """Draws calls about the records of a world; `idents` are those of each entity, wherever they may be."""

    draw: random.Random
    idents: Mapping[str, Sequence[str]]

    def reading(self) -> Call:
        """A call that only asks."""
        doors = (
            self._list, self._list, self._list, self._list, self._figures, self._figures, self._record, self._record,
            self._history, self._changes, self._explain, self._definition, self._document, self._page, self._page,
            self._part, self._record_page, self._form_page, self._picker, self._search, self._resolve, self._export,
            self._screen, self._board, self._tile, self._calendar, self._frame, self._aside, self._arranged,
            self._builder, self._act_form, self._duplicates, self._alike, self._compare,
        )  # fmt: skip
        return self.draw.choice(doors)()

    def writing(self) -> Call:
        """A call that would change something if it were accepted."""
        doors = (
            self._create, self._create, self._change, self._change, self._change, self._delete, self._restore,
            self._batch, self._batch, self._upsert, self._page_create, self._page_change, self._page_change,
            self._page_delete, self._page_restore, self._page_many, self._act, self._page_act, self._move,
            self._move_time, self._merge, self._page_merge,
        )  # fmt: skip
        return self.draw.choice(doors)()

    # --- what is drawn from ---

    def _entity(self) -> str:
        return self.draw.choice(
            ("deal", "deal", "deal", "deal", "company", "company", "quote", "quote", "user", "dael")
        )

    def _own_entity(self) -> str:
        return self.draw.choice(("deal", "deal", "deal", "company", "quote"))

    def _ident(self, entity: str) -> str:
        known = self.idents.get(entity, ())
        return self.draw.choice([*known, ABSENT]) if known and self.draw.random() < 0.95 else "no-id"

    def _field(self, entity: str) -> str:
        fields: list[str] = [*ENTITIES.get(entity, ENTITIES["deal"])["fields"], "owner", "team", *SYSTEM_FIELDS]
        return self.draw.choice(fields if self.draw.random() < 0.8 else ODD_NAMES)

    def _condition(self, entity: str, depth: int = 2) -> str:
        kind = self.draw.randrange(7 if depth else 4)
        name = self._field(entity)
        if kind == 0:
            return f"is_blank({name})"
        if kind == 1:
            return f"{name} {self.draw.choice(('=', '!=', '<', '>='))} {self.draw.choice(NUMBERS)}"
        if kind == 2:
            return f"contains(lower({self.draw.choice(('name', 'secret', 'code', name))}), '{self._text()}')"
        if kind == 3:
            return self.draw.choice(
                (
                    f"stage = '{self.draw.choice(STAGES)}'",
                    "owner = me()",
                    f"id = '{self._ident(entity)}'",
                    f"company = '{self._ident('company')}'",
                    f"company.name = 'Company {self.draw.randrange(4)}'",
                    f"not is_blank(company.{self.draw.choice(('secret', 'tier', 'name'))})",
                    f"deal.{self.draw.choice(('amount', 'margin', 'stage'))} = {self.draw.choice(NUMBERS)}",
                )
            )
        if kind == 4:
            return f"not ({self._condition(entity, depth - 1)})"
        word = self.draw.choice(("and", "or"))
        return f"({self._condition(entity, depth - 1)}) {word} ({self._condition(entity, depth - 1)})"

    def _far(self, entity: str) -> str:
        """A condition on what lies behind a link."""
        link = "deal" if entity == "quote" else self.draw.choice(("company", "company", "owner"))
        name = self.draw.choice({"deal": ("name", "amount", "margin"), "owner": ("name", "email")}.get(link, FAR))
        if self.draw.random() < 0.5:
            return f"{'not ' * self.draw.randrange(2)}is_blank({link}.{name})"
        value = self.draw.choice(NUMBERS) if name in {"tier", "amount", "margin"} else f"'{self.draw.choice('CDhq')}'"
        return f"{link}.{name} {self.draw.choice(('<', '>='))} {value}"

    def _text(self) -> str:
        return self.draw.choice(TEXTS).lower().replace("'", "''")

    def _asked(self, entity: str) -> dict[str, str]:
        """Parameters of a list: a few of those that there are."""
        draw, found = self.draw, dict[str, str]()
        if draw.random() < 0.5:
            found["filter"] = self._condition(entity) if draw.random() < 0.6 else self._far(entity)
        if draw.random() < 0.2:
            found[f"filter[{self._field(entity)}][{draw.choice(('eq', 'ne', 'gt', 'blank', 'in'))}]"] = str(
                draw.choice(("true", "7", "open", self._ident(entity)))
            )
        if draw.random() < 0.4:
            found["sort"] = draw.choice(("", "-")) + self._field(entity)
        if draw.random() < 0.2:
            found["search"] = draw.choice(TEXTS)
        if draw.random() < 0.3:
            found["count"] = draw.choice(("exact", "capped", "none", "all"))
        if draw.random() < 0.15:
            found["deleted"] = draw.choice(("only", "no"))
        if draw.random() < 0.05:
            found[draw.choice(("after", "q", "role", "as"))] = draw.choice(("x", "e30", "1"))
        return found

    def _values(self, entity: str, most: int = 3) -> dict[str, Any]:
        names = [
            name
            if self.draw.random() < 0.93
            else self.draw.choice(("nothing", "id", "version", "created_by", "Margin"))
            for name in self.draw.sample(_settable(entity), min(self.draw.randint(0, most), len(_settable(entity))))
        ]
        return {name: self._value(name) for name in names}

    def _value(self, name: str) -> Any:
        pools: dict[str, Sequence[Any]] = {
            "stage": ("draft", "open", "open", "won", None, "gone"),
            "company": (self._ident("company"), self._ident("company"), None),
            "deal": (self._ident("deal"), self._ident("deal"), None),
            "owner": (*(ident_of(one) for one in ("rep", "boss", "peer", "knot", "maker")), None, ABSENT),
            "team": (ident_of("north"), ident_of("south"), None),
            "code": ("D4", "D5", "Z1", "Z2", "Z3", None),
            "name": ("A", "Same name", "Company 1", None, 7),
            "secret": ("hush1", "S", None),
        }
        return self.draw.choice(pools.get(name, (None, -3, 0, 7, 42, 150, "x", 1.5)))

    def _version(self) -> dict[str, str]:
        given = self.draw.choice(("*", "*", "*", '"1"', '"2"', '"3"', '"99"', "x", None))
        return {} if given is None else {"If-Match": given}

    # --- doors that only ask ---

    def _list(self) -> Call:
        entity = self._entity()
        asked = self._asked(entity)
        if self.draw.random() < 0.3:
            asked["fields"] = ",".join(self._field(entity) for _ in range(self.draw.randint(1, 4)))
        if self.draw.random() < 0.3:
            asked["expand"] = self.draw.choice(("company", "owner", "deal", "created_by", "team", "margin"))
        if self.draw.random() < 0.5:
            asked["limit"] = str(self.draw.choice((1, 2, 3, 200)))
        return Call("list", "GET", _with(f"{API}/records/{entity}", asked))

    def _figures(self) -> Call:
        entity = self._entity()
        asked = {name: text for name, text in self._asked(entity).items() if name not in {"sort", "count", "deleted"}}
        if self.draw.random() < 0.7:
            asked["group"] = self.draw.choice(
                ("stage", "owner", "company", "company.name", "deal.name", "company.tier", *[self._field(entity)] * 3)
            )
        measures = [f"{self.draw.choice(('sum', 'min', 'max', 'avg', 'count'))}({self._field(entity)})"]
        asked["measure"] = ",".join(["count()", *(measures if self.draw.random() < 0.7 else [])])
        return Call("aggregate", "GET", _with(f"{API}/records/{entity}/aggregate", asked))

    def _record(self) -> Call:
        entity = self._own_entity()
        asked = {}
        if self.draw.random() < 0.4:
            asked["fields"] = ",".join(self._field(entity) for _ in range(self.draw.randint(1, 3)))
        if self.draw.random() < 0.4:
            asked["expand"] = self.draw.choice(("company", "owner", "deal", "team", "margin", "updated_by"))
        return Call("record", "GET", _with(f"{API}/records/{entity}/{quote(self._ident(entity))}", asked))

    def _history(self) -> Call:
        entity = self._own_entity()
        asked = {"limit": "1"} if self.draw.random() < 0.3 else {}
        return Call("history", "GET", _with(f"{API}/records/{entity}/{self._ident(entity)}/history", asked))

    def _changes(self) -> Call:
        asked = {"limit": str(self.draw.choice((1, 3, 10, 200)))}
        if self.draw.random() < 0.5:
            asked["entity"] = self._entity()
        return Call("changes", "GET", _with(f"{API}/changes", asked))

    def _explain(self) -> Call:
        entity = self._entity()
        asked = {"action": self.draw.choice(("read", "update", "delete", "create", "see")), "entity": entity}
        if self.draw.random() < 0.7:
            asked["id"] = self._ident(entity)
        if self.draw.random() < 0.5:
            asked["field"] = self._field(entity)
        if self.draw.random() < 0.1:
            asked["user"] = f"{self.draw.choice([*ACTORS, 'nobody-at-all'])}@example.com"
        return Call("explain", "GET", _with(f"{API}/explain", asked))

    def _definition(self) -> Call:
        folder = self.draw.choice(("entities", "entities", "choices", "screens", "roles", "views", "imports"))
        name = self.draw.choice(("", "/deal", "/company", "/quote", "/own", "/deal_list", "/nothing"))
        return Call("metadata", "GET", f"{API}/metadata/{folder}{name}")

    def _document(self) -> Call:
        return Call("openapi", "GET", f"{API}/openapi.json")

    def _page(self) -> Call:
        entity = self._entity()
        asked = self._asked(entity)
        if self.draw.random() < 0.2:
            asked["loaded"] = str(self.draw.choice((1, 60, 100)))
        part = self.draw.choice((None, None, "list", "rows", "main"))
        headers = {"HX-Request": "true", "HX-Target": part} if part else {}
        return Call("list page", "GET", _with(f"/records/{entity}", asked), headers=headers)

    def _arranged(self) -> Call:
        entity = self._entity()
        columns = ",".join(self._field(entity) + self.draw.choice(("", ":sum", ":wide")) for _ in range(2))
        arranged = {"columns": columns, "group": self._field(entity), "opened": self.draw.choice(("~", "open,won", ""))}
        given = {name: text for name, text in arranged.items() if self.draw.random() < 0.7}
        return Call("arranged list", "GET", _with(f"/records/{entity}", given))

    def _builder(self) -> Call:
        entity = self._entity()
        if self.draw.random() < 0.5:
            asked = {"filter": self._condition(entity)}
        else:
            steps = {
                "do": self.draw.choice(("apply", "add:0", "update")),
                "c0.0.op": self.draw.choice(("eq", "gt", "in")),
            }
            asked = {"join": "and", "c0.0.field": self._field(entity), "c0.0.value": self._text(), **steps}
        return Call("filter builder", "GET", _with(f"/records/{entity}/filter", asked))

    def _part(self) -> Call:
        entity = self._entity()
        return Call("count of a page", "GET", _with(f"/records/{entity}/count", self._asked(entity)))

    def _export(self) -> Call:
        entity = self._entity()
        asked = {name: text for name, text in self._asked(entity).items() if name.startswith("filter")}
        return Call("export", "GET", _with(f"/records/{entity}/export", asked))

    def _screen(self) -> Call:
        name = self.draw.choice(("deal_list", "company_list", "quote_list", "deal_form", "nothing"))
        return Call("screen", "GET", f"/screens/{name}{self.draw.choice(('', '/count', '/export'))}")

    def _board(self) -> Call:
        asked = self._asked("deal")
        asked |= {"lane": self.draw.choice(STAGES), "loaded": "open:50"} if self.draw.random() < 0.3 else {}
        return Call("board", "GET", _with(f"/screens/{self.draw.choice(BOARDS)}", asked))

    def _calendar(self) -> Call:
        asked = self._asked("deal")
        asked |= {"mode": self.draw.choice(("month", "week", "agenda", "x")), "without": ident_of("rep")}
        end = f"/time/{self._ident('deal')}" if self.draw.random() < 0.3 else ""
        return Call("calendar", "GET", _with(f"/screens/deal_days{end}", asked))

    def _tile(self) -> Call:
        tile = self.draw.choice((*SCREENS["deal_figures"]["tiles"], "nothing"))
        asked = {"period": self.draw.choice(("month", "year", "age")), "person": self.draw.choice(("", "me", ABSENT))}
        given = {name: text for name, text in asked.items() if self.draw.random() < 0.3}
        end = self.draw.choice((f"/tiles/{tile}", f"/tiles/{tile}", f"/tiles/{tile}/csv", ""))
        return Call("tile", "GET", _with(f"/screens/deal_figures{end}", given))

    def _record_page(self) -> Call:
        entity = self._own_entity()
        end = "/history" if self.draw.random() < 0.3 else ""
        return Call("record page", "GET", f"/records/{entity}/{quote(self._ident(entity))}{end}")

    def _form_page(self) -> Call:
        entity = self._own_entity()
        if self.draw.random() < 0.6:
            return Call("form", "GET", f"/records/{entity}/{quote(self._ident(entity))}/edit")
        asked = {"from": self._ident(entity)} if self.draw.random() < 0.6 else {}
        if self.draw.random() < 0.4:
            name = self._field(entity)
            asked[name] = str(self._value(name))
        return Call("new form", "GET", _with(f"/records/{entity}/new", asked))

    def _picker(self) -> Call:
        entity = self._own_entity()
        name = self.draw.choice(("company", "deal", "owner", "team", "created_by", self._field(entity)))
        asked = {"q": self.draw.choice(TEXTS)} if self.draw.random() < 0.7 else {}
        headers = {"HX-Request": "true"} if self.draw.random() < 0.5 else {}
        path = _with(f"/records/{entity}/options/{quote(name, safe='')}", asked)
        return Call("link picker", "GET", path, headers=headers)

    def _search(self) -> Call:
        asked = {"q": self.draw.choice(TEXTS)}
        if self.draw.random() < 0.3:
            return Call(
                "palette", "GET", _with("/search", asked), headers={"HX-Request": "true", "HX-Target": "palette-list"}
            )
        return Call("search", "GET", _with(self.draw.choice(("/search", "/api/v1/search")), asked))

    def _resolve(self) -> Call:
        entity = self._own_entity()
        form = {name: _typed(value) for name, value in self._values(entity).items()}
        if self.draw.random() < 0.7:
            form["_record"] = self._ident(entity)
        if self.draw.random() < 0.3:
            form["company.text"] = self.draw.choice(TEXTS)
        headers = {"HX-Request": "true", "HX-Target": "form-fields"} if self.draw.random() < 0.5 else {}
        return Call("resolve", "POST", f"/records/{entity}/resolve", form=form, headers=headers)

    def _aside(self) -> Call:
        entity = self._own_entity()
        form = {name: _typed(value) for name, value in self._values(entity).items()}
        link, target = self.draw.choice(("company", "deal", "owner", "secret")), self.draw.choice((*ENTITIES, "user"))
        form |= {"_aside": f"{link}:{target}", f"{link}.text": self.draw.choice(TEXTS)}
        if self.draw.random() < 0.5:
            form["_record"] = self._ident(entity)
        return Call("form aside", "POST", f"/records/{entity}/aside", form=form)

    def _act_form(self) -> Call:
        if self.draw.random() < 0.3:
            path = f"/records/deal/actions/win/options/{self.draw.choice(('company', 'amount', 'margin'))}"
            return Call("input picker", "GET", _with(path, {"q": self.draw.choice(TEXTS)}))
        return Call("action form", "GET", f"/records/deal/{self._ident('deal')}/actions/win")

    def _duplicates(self) -> Call:
        entity = self._own_entity()
        return Call("duplicates", "GET", f"{API}/records/{entity}/{quote(self._ident(entity))}/duplicates")

    def _alike(self) -> Call:
        entity = self._own_entity()
        values = {**self._values(entity), "name": self.draw.choice(TEXTS)}
        if self.draw.random() < 0.5:
            return Call("duplicates of values", "POST", f"{API}/records/{entity}/duplicates", values)
        form = {name: _typed(value) for name, value in values.items()}
        if self.draw.random() < 0.3:
            form["_record"] = self._ident(entity)
        return Call("hint", "POST", f"/records/{entity}/similar", form=form, headers={"HX-Request": "true"})

    def _compare(self) -> Call:
        entity = self._own_entity()
        path = f"/records/{entity}/{quote(self._ident(entity))}/merge"
        asked = {"with": self._ident(entity)} if self.draw.random() < 0.6 else {}
        if self.draw.random() < 0.2:
            part = {"HX-Request": "true", "HX-Target": "tabs"}
            return Call("similar ones", "GET", path.removesuffix("/merge"), headers=part)
        return Call("compare", "GET", _with(path, asked))

    def _frame(self) -> Call:
        return Call("frame", "GET", self.draw.choice(("/", "/records", "/me", f"{API}/me", "/nothing", f"{API}/x")))

    # --- doors that change ---

    def _create(self) -> Call:
        entity = self._own_entity()
        values = self._values(entity, 4)
        headers = {"Idempotency-Key": self.draw.choice(("k1", "k2", "k3", ""))} if self.draw.random() < 0.2 else {}
        return Call(
            "create", "POST", f"{API}/records/{entity}", values, headers=headers, writes=(_made(entity, values),)
        )

    def _change(self) -> Call:
        entity = self._own_entity()
        ident, values = self._ident(entity), self._values(entity, 2)
        path = f"{API}/records/{entity}/{ident}"
        writes = (Write("update", entity, ident, values),)
        return Call("change", "PATCH", path, values, headers=self._version(), writes=writes)

    def _delete(self) -> Call:
        entity = self._own_entity()
        ident = self._ident(entity)
        path, writes = f"{API}/records/{entity}/{ident}", (Write("delete", entity, ident),)
        return Call("delete", "DELETE", path, headers=self._version(), writes=writes)

    def _restore(self) -> Call:
        entity = self._own_entity()
        ident = self._ident(entity)
        path, writes = f"{API}/records/{entity}/{ident}/restore", (Write("restore", entity, ident),)
        return Call("restore", "POST", path, writes=writes)

    def _batch(self) -> Call:
        entity = self._own_entity()
        pairs = [self._item(entity) for _ in range(self.draw.randint(1, 4))]
        body = {"atomic": self.draw.random() < 0.6, "items": [item for item, _ in pairs]}
        writes = tuple(write for _, write in pairs)
        return Call("batch", "POST", f"{API}/records/{entity}/batch", body, writes=writes)

    def _item(self, entity: str) -> tuple[dict[str, Any], Write]:
        do, values = self.draw.choice(("create", "update", "update", "delete", "upsert")), self._values(entity, 2)
        if do == "create":
            return {"do": do, "values": values}, _made(entity, values)
        if do == "upsert":
            code = str(self._value("code") or "D7")
            return {"do": do, "by": {"code": code}, "values": values}, Write(do, entity, None, values, code)
        ident = self._ident(entity)
        item: dict[str, Any] = {"do": do, "id": ident, **({"values": values} if do == "update" else {})}
        if self.draw.random() < 0.3:
            item["version"] = self.draw.choice((1, 2, 99))
        return item, Write(do, entity, ident, values if do == "update" else {})

    def _upsert(self) -> Call:
        entity, values = self._own_entity(), self._values("deal", 2)
        name, code = (
            self.draw.choice(("code", "code", "code", "name", "secret", "nothing")),
            self._value("code") or "D8",
        )
        writes = (Write("upsert", entity, None, values, code),)
        return Call("upsert", "PUT", f"{API}/records/{entity}/by/{name}/{code}", values, writes=writes)

    def _page_create(self) -> Call:
        entity = self._own_entity()
        values = self._values(entity, 4)
        form = {name: _typed(value) for name, value in values.items()}
        return Call("page: create", "POST", f"/records/{entity}", form=form, writes=(_made(entity, values),))

    def _page_change(self) -> Call:
        entity = self._own_entity()
        ident, values = self._ident(entity), self._values(entity, 2)
        form = {name: _typed(value) for name, value in values.items()}
        if self.draw.random() < 0.8:
            form["_version"] = self.draw.choice(("1", "1", "2", "3", "99", "x"))
        writes = (Write("update", entity, ident, values),)
        return Call("page: change", "POST", f"/records/{entity}/{ident}", form=form, writes=writes)

    def _move(self) -> Call:
        ident, version = self._ident("deal"), self.draw.choice(("1", "1", "2", "3", "99", "x"))
        if self.draw.random() < 0.7:
            board, values = "deals_by_stage", {"stage": self.draw.choice(("draft", "open", "won", "gone", None))}
        else:
            board, values = "deals_by_company", {"company": self.draw.choice((self._ident("company"), None))}
        key = next(iter(values.values())) or "~"
        writes = (Write("update", "deal", ident, values),)
        return Call("move", "POST", f"/screens/{board}/move", form={"move": f"{ident}.{version}.{key}"}, writes=writes)

    def _move_time(self) -> Call:
        ident = self._ident("deal")
        form = {"created_at": "2026-01-01", "name": "x", "_version": self.draw.choice(("1", "99", "x"))}
        return Call("time", "POST", f"/screens/deal_days/time/{ident}", form=form)

    def _page_delete(self) -> Call:
        entity = self._own_entity()
        ident = self._ident(entity)
        form = {"_version": self.draw.choice(("1", "2", "99", "x"))} if self.draw.random() < 0.7 else {}
        path, writes = f"/records/{entity}/{ident}/delete", (Write("delete", entity, ident),)
        return Call("page: delete", "POST", path, form=form, writes=writes)

    def _page_restore(self) -> Call:
        entity = self._own_entity()
        ident = self._ident(entity)
        path, writes = f"/records/{entity}/{ident}/restore", (Write("restore", entity, ident),)
        return Call("page: restore", "POST", path, form={}, writes=writes)

    def _act(self) -> Call:
        ident = self._ident("deal")
        path = f"{API}/records/deal/{ident}/actions/{self.draw.choice(('win', 'win', 'win', 'lose'))}"
        body = self.draw.choice(
            ({}, {"amount": 3}, {"amount": "x"}, {"company": self._ident("company")}, {"margin": 1})
        )
        return Call("action", "POST", path, body, writes=(Write("update", "deal", ident, {"stage": "won"}),))

    def _page_act(self) -> Call:
        ident = self._ident("deal")
        form = {"amount": self.draw.choice(("", "3", "x")), "company": self.draw.choice(("", self._ident("company")))}
        path, writes = f"/records/deal/{ident}/actions/win", (Write("update", "deal", ident, {"stage": "won"}),)
        return Call("page: action", "POST", path, form=form, writes=writes)

    def _merge(self) -> Call:
        entity = self._own_entity()
        ident, other, values = self._ident(entity), self._ident(entity), self._values(entity, 1)
        body = {"records": [{"id": other}], "values": values}
        writes = (Write("merge", entity, ident, values, other),)
        path = f"{API}/records/{entity}/{quote(ident)}/merge"
        return Call("merge", "POST", path, body, headers=self._version(), writes=writes)

    def _page_merge(self) -> Call:
        entity = self._own_entity()
        ident, other = self._ident(entity), self._ident(entity)
        if self.draw.random() < 0.2:
            path = f"/records/{entity}/selected/merge"
            return Call("selected", "POST", path, form={"id": ident, "list": f"/records/{entity}"})
        form = {"record": f"{ident}:{self.draw.choice(('1', '2', 'x'))}", "_keep": self.draw.choice((ident, other))}
        return Call("compared", "POST", f"/records/{entity}/{quote(ident)}/merge", form=form)

    def _page_many(self) -> Call:
        """Something done with the rows that were ticked, of which there is one, so that what came of it is plain."""
        entity = self._own_entity()
        ident, values = self._ident(entity), self._values(entity, 2)
        once = f"00000000-0000-4000-8000-{self.draw.randrange(10**12):012}"
        form: dict[str, Any] = {"id": ident, "_key": once, "list": f"/records/{entity}?sort=name"}
        path = f"/records/{entity}/selected"
        if self.draw.random() < 0.2:
            return Call("page: many", "POST", path, form=form)
        if self.draw.random() < 0.3:
            return Call("page: many", "POST", f"{path}/delete", form=form, writes=(Write("delete", entity, ident),))
        name, value = next(iter(values.items()), ("name", "A"))
        form |= {"field": name, name: _typed(value), **({"clear": name} if value is None else {})}
        writes = (Write("update", entity, ident, {name: value}),)
        return Call("page: many", "POST", f"{path}/change", form=form, writes=writes)


def _settable(entity: str) -> list[str]:
    fields = [name for name, body in ENTITIES[entity]["fields"].items() if body["type"] != "formula"]
    return [*fields, "owner", "team"] if entity == "deal" else fields


def _made(entity: str, values: Mapping[str, Any]) -> Write:
    return Write("create", entity, None, values)


def _typed(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _with(path: str, parameters: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path
