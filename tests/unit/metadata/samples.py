"""For each code of a check a sample that fails it: the smallest slip that somebody would make.

`tests/house` compares the codes here with those in the source and with the headings of the docs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.layers import manifest

TEXT = {"type": "text"}


def entity(**fields: Any) -> dict[str, Any]:
    return {"fields": {"name": TEXT, **fields}}


def deal(**fields: Any) -> dict[str, Any]:
    return {"entities/deal.json": entity(**fields)}


def with_keys(**keys: Any) -> dict[str, Any]:
    return {"entities/deal.json": {**entity(), **keys}}


def action(*steps: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return with_keys(actions={"win": {"label": "Win", "steps": list(steps), **keys}})


def grant(grants: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**deal(**fields), "roles/clerk.json": {"grants": grants}}


def screen(**keys: Any) -> dict[str, Any]:
    return {**deal(), "screens/deal_list.json": {"kind": "list", "entity": "deal", **keys}}


def navigation(items: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**deal(), "navigation/main.json": {"groups": {"work": {"items": items}}, **keys}}


def demo(*records: Any, name: str = "deal", **fields: Any) -> dict[str, Any]:
    return {**deal(**fields), f"demo/{name}.json": list(records)}


def mapping(columns: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**deal(), "imports/deals.json": {"entity": "deal", "columns": columns, **keys}}


STAGES = {"new": {}, "won": {}}
CHOICE = {"type": "choice", "options": STAGES}
LINK = {"type": "link", "to": "deal"}
OWNED_LINK = {**LINK, "on_delete": "cascade"}


def lines_of_a_deal(link_keys: dict[str, Any] | None = None, link: str = "deal") -> dict[str, Any]:
    rows = {"type": "lines", "entity": "row", "link": link}
    to_it = {**OWNED_LINK, "required": True, **(link_keys or {})}
    return {**deal(rows=rows), "entities/row.json": entity(deal=to_it)}


@dataclass(frozen=True)
class Sample:
    """Files of a bundle (or of the layer named), where the finding is, and files that are right."""

    files: dict[str, Any]
    pointer: str
    file: str = "entities/deal.json"
    hint: str = ""
    site: dict[str, Any] | None = None
    bundles: tuple[dict[str, Any], ...] = ()
    former: dict[str, frozenset[str]] = field(default_factory=dict)


READING: dict[str, Sample] = {
    "M001": Sample({"entities/deal.json": b" " * (5 * 1024 * 1024 + 1)}, ""),
    "M002": Sample({"entities/deal.json": b'{"label": "\xff"}'}, ""),
    "M003": Sample({"entities/deal.json": b"\xef\xbb\xbf{}"}, ""),
    "M004": Sample({"entities/deal.json": b'{"label": "Deal",}'}, ""),
    "M005": Sample({"entities/deal.json": b'{"fields": {"a": {}, "a": {}}}'}, "/fields/a"),
    "M006": Sample({"entities/deal.json": b'{"label": "a\\u0000b"}'}, "/label"),
    "M007": Sample({"entities/deal.json": b"[" * 41 + b"]" * 41}, ""),
    "M008": Sample({"entities/deal.json": b'{"min": 1e400}'}, "/min"),
    "M010": Sample({}, "", ""),
    "M011": Sample({"site.json": {"name": "Test"}}, "", "site.json"),
    "M012": Sample({"entites/deal.json": entity()}, "", "entites/deal.json", "entities"),
    "M013": Sample({"entities/Deal.json": entity()}, "", "entities/Deal.json"),
    "M014": Sample({"locales/german.po": b""}, "", "locales/german.po"),
}
"""Codes found while files are read."""

CHECKING: dict[str, Sample] = {
    "M020": Sample(with_keys(lable="Deal"), "/lable", hint="label"),
    "M021": Sample({"entities/deal.json": {"label": "Deal"}}, ""),
    "M022": Sample(with_keys(label=1), "/label"),
    "M023": Sample(deal(owner_link={**LINK, "on_delete": "cascde"}), "/fields/owner_link/on_delete", hint="cascade"),
    "M024": Sample(with_keys(icon="Heart!"), "/icon"),
    "M025": Sample({}, "/fiscal_year_start", "site.json", site={"site.json": {"name": "T", "fiscal_year_start": 13}}),
    "M026": Sample({"entities/deal.json": {"fields": {}}}, "/fields"),
    "M027": Sample(with_keys(field_order=["name", "name"]), "/field_order"),
    "M028": Sample(navigation({"home": {}}), "/groups/work/items/home", "navigation/main.json"),
    "M029": Sample({"entities/deal.json": {**entity(), "icon": "heart\n"}}, "/icon"),
    "M101": Sample(screen(columns=["nmae"]), "/columns/0", "screens/deal_list.json", "name"),
    "M102": Sample(deal(size={"type": "integr"}), "/fields/size/type", hint="integer"),
    "M103": Sample({**deal(), "screens/x.json": {"kind": "lst", "entity": "deal"}}, "/kind", "screens/x.json", "list"),
    "M104": Sample(deal(a__b=TEXT), "/fields/a__b"),
    "M105": Sample(deal(version=TEXT), "/fields/version"),
    "M106": Sample(with_keys(title="nam"), "/title", hint="name"),
    "M107": Sample({"entities/deal.json": {**entity(other=LINK), "title": "other"}}, "/title"),
    "M108": Sample(deal(other={"type": "link", "to": "dael"}), "/fields/other/to", hint="deal"),
    "M109": Sample(
        {**deal(stage={"type": "choice", "choices": "stge"}), "choices/stage.json": {"options": STAGES}},
        "/fields/stage/choices",
        hint="stage",
    ),
    "M110": Sample(deal(stage={"type": "choice"}), "/fields/stage"),
    "M111": Sample(with_keys(unique={"once": {"fields": ["nam"]}}), "/unique/once/fields/0", hint="name"),
    "M112": Sample(
        with_keys(rules={"r": {"refuse_when": "is_blank(name)", "message": "!", "field": "nam"}}),
        "/rules/r/field",
        hint="name",
    ),
    "M113": Sample(with_keys(field_order=["nam"]), "/field_order/0", hint="name"),
    "M114": Sample(screen(**{"for": ["administrators"]}), "/for/0", "screens/deal_list.json", "administrator"),
    "M115": Sample(
        navigation({"deals": {"entity": "deals"}}), "/groups/work/items/deals/entity", "navigation/main.json", "deal"
    ),
    "M116": Sample(
        navigation({"deals": {"entity": "deal"}}, phone=["deal"]), "/phone/0", "navigation/main.json", "deals"
    ),
    "M117": Sample(grant({"dael": {"read": "all"}}), "/grants/dael", "roles/clerk.json", "deal"),
    "M118": Sample(
        grant({"deal": {"read": "all", "fields": {"nam": "none"}}}),
        "/grants/deal/fields/nam",
        "roles/clerk.json",
        "name",
    ),
    "M119": Sample(grant({"deal": {"via": "othr"}}, other=LINK), "/grants/deal/via", "roles/clerk.json", "other"),
    "M120": Sample({"screens/x.json": {"kind": "list", "entity": "teem"}}, "/entity", "screens/x.json", "team"),
    "M121": Sample(mapping({"Name": {"field": "nam"}}), "/columns/Name/field", "imports/deals.json", "name"),
    "M122": Sample(
        {**mapping({"Other": {"field": "other", "by": "nam"}}), **deal(other=LINK)},
        "/columns/Other/by",
        "imports/deals.json",
        "name",
    ),
    "M123": Sample(demo(name="dael"), "", "demo/dael.json", "deal"),
    "M124": Sample(demo({"nam": "A"}), "/0/nam", "demo/deal.json", "name"),
    "M125": Sample(demo({"_ref": "big", "other": {"ref": "bgi"}}, other=LINK), "/0/other/ref", "demo/deal.json", "big"),
    "M126": Sample(deal(stage={**CHOICE, "flow": {"new": ["wno"]}}), "/fields/stage/flow/new/0", hint="won"),
    "M127": Sample(
        deal(stage={**CHOICE, "flow": {"new": [{"to": "won", "needs": ["nam"]}]}}),
        "/fields/stage/flow/new/0/needs/0",
        hint="name",
    ),
    "M128": Sample(
        deal(stage={**CHOICE, "options_when": {"wno": "is_blank(name)"}}), "/fields/stage/options_when/wno", hint="won"
    ),
    "M130": Sample(deal(title={**TEXT, "column": "name"}), "/fields/title/column"),
    "M131": Sample({**deal(), "entities/offer.json": {**entity(), "table": "deal"}}, "/table", "entities/offer.json"),
    "M132": Sample(
        {**deal(), "screens/deal_list.json": {"kind": "list", "entity": "user"}}, "", "screens/deal_list.json"
    ),
    "M149": Sample(
        {
            **navigation({"morning": {"screen": "morning", "counted": True}}),
            "screens/morning.json": {"kind": "welcome", "label": "Morning"},
        },
        "/groups/work/items/morning/counted",
        "navigation/main.json",
    ),
    "M133": Sample(
        {
            **deal(),
            "navigation/main.json": {
                "groups": {
                    "one": {"items": {"deals": {"entity": "deal"}}},
                    "two": {"items": {"deals": {"entity": "deal"}}},
                }
            },
        },
        "/groups/two/items/deals",
        "navigation/main.json",
    ),
    "M134": Sample(mapping({"A": {"field": "name"}, "B": {"field": "name"}}), "/columns/B/field", "imports/deals.json"),
    "M135": Sample(demo({"_ref": "a"}, {"_ref": "a"}), "/1/_ref", "demo/deal.json"),
    "M136": Sample(
        screen(columns=["name", "size"]), "/columns/1", "screens/deal_list.json", former={"deal": frozenset({"size"})}
    ),
    "M137": Sample(mapping({"A": {"field": "name.first"}}), "/columns/A/field", "imports/deals.json"),
    "M138": Sample({"entities/deal.json": {**entity(by={"type": "link", "to": "user"}), "follows": "by"}}, "/follows"),
    "M139": Sample({"entities/deal.json": {**entity(top=OWNED_LINK), "follows": "top"}}, "/follows"),
    "M140": Sample(with_keys(traits={"private": True}), "/traits/private"),
    "M141": Sample(
        {
            **navigation({"deals": {"screen": "deals"}}),
            "screens/deals.json": {"kind": "board", "entity": "deal", "lanes": "name", "split": "name"},
        },
        "/split",
        "screens/deals.json",
    ),
    "M143": Sample(with_keys(traits={"activities": True}, notifies={"assigned": ["name"]}), "/notifies/assigned/0"),
    "M146": Sample(with_keys(duplicates={"same": {"fields": ["nam"]}}), "/duplicates/same/fields/0", hint="name"),
    "M151": Sample(action({"create": "offr", "values": {"name": "name"}}), "/actions/win/steps/0/create"),
    "M152": Sample(
        action({"update": "$record", "values": {"nam": "name"}}), "/actions/win/steps/0/values/nam", hint="name"
    ),
    "M153": Sample(
        action({"create": "deal", "as": "other", "values": {"name": "name"}}, open="$othr"),
        "/actions/win/open",
        hint="$other",
    ),
    "M154": Sample(
        action(
            {"update": "$record", "values": {"name": "$input.word"}},
            inputs={"word": {"type": "text", "searchable": True}},
        ),
        "/actions/win/inputs/word/searchable",
    ),
    "M155": Sample(
        {
            "entities/deal.json": {
                **entity(by={"type": "link", "to": "user", "on_delete": "cascade"}),
                "follows": "by",
                "actions": {"win": {"label": "Win", "steps": [{"update": "$record", "values": {"name": "'x'"}}]}},
            }
        },
        "/actions",
    ),
    "M144": Sample(
        deal(most={"type": "rollup", "result": "integer", "of": "deal.othr", "measure": "count"}, other=LINK),
        "/fields/most/of",
        hint="other",
    ),
    "M145": Sample(
        lines_of_a_deal(link="dael"),
        "/fields/rows/link",
        hint="deal",
    ),
    "M203": Sample(deal(size={"type": "integer", "default": "many"}), "/fields/size/default"),
    "M204": Sample(
        deal(stage={"type": "choice", "options": {"old": {"retired": True}}, "default": "old"}), "/fields/stage/default"
    ),
    "M205": Sample(
        deal(twice={"type": "formula", "result": "text", "formula": "name", "required": True}), "/fields/twice/required"
    ),
    "M206": Sample(deal(size={"type": "integer", "min": 3, "max": 2}), "/fields/size/min"),
    "M207": Sample(
        deal(other={"type": "link", "to": "user", "required": True, "on_delete": "clear"}), "/fields/other/on_delete"
    ),
    "M208": Sample(deal(other={**LINK, "required": True}), "/fields/other/required"),
    "M209": Sample(
        {}, "/zone", "site.json", "Europe/Berlin", site={"site.json": {"name": "T", "zone": "Europe/Berln"}}
    ),
    "M210": Sample(deal(code={**TEXT, "pattern": "("}), "/fields/code/pattern"),
    "M211": Sample(
        deal(twice={"type": "formula", "result": "text", "formula": "name", "unique": True}), "/fields/twice/unique"
    ),
    "M222": Sample(
        {"entities/deal.json": {**entity(size={"type": "boolean"}), "duplicates": {"same": {"fields": ["size"]}}}},
        "/duplicates/same/fields/0",
    ),
    "M212": Sample(deal(size={"type": "decimal", "precision": 2, "scale": 3}), "/fields/size/scale"),
    "M215": Sample(demo({"size": "many"}, size={"type": "integer"}), "/0/size", "demo/deal.json"),
    "M216": Sample(demo({"name": "A"}, size={"type": "integer", "required": True}), "/0", "demo/deal.json"),
    "M217": Sample(demo({"_roles": ["everyone"]}), "/0/_roles", "demo/deal.json"),
    "M218": Sample(deal(labels={"type": "tags", "unique": True}), "/fields/labels/unique"),
    "M219": Sample(deal(others={"type": "links", "to": ["deal", "user"]}), "/fields/others/to"),
    "M220": Sample(
        deal(
            other=LINK,
            size={"type": "integer"},
            most={
                "type": "rollup",
                "result": "integer",
                "of": "deal.other",
                "measure": "count",
                "filter": "size > other.size",
            },
        ),
        "/fields/most/filter",
    ),
    "M221": Sample(lines_of_a_deal({"on_delete": "restrict"}), "/fields/rows/link"),
    "M301": Sample(
        deal(size={"type": "integer", "visible_when": "nam = 'x'"}), "/fields/size/visible_when", hint="name"
    ),
    "M304": Sample(
        deal(
            a={"type": "formula", "result": "text", "formula": "b"},
            b={"type": "formula", "result": "text", "formula": "a"},
        ),
        "/fields/a/formula",
    ),
    "M305": Sample(
        deal(other={"type": "link", "to": ["deal", "user"], "filter": "name = 'x'"}), "/fields/other/filter"
    ),
    "M306": Sample(
        grant({"deal": {"read": "all", "rows": {"read": "price > 1000"}}}, price={"type": "money"}),
        "/grants/deal/rows/read",
        "roles/clerk.json",
        "price.currency = 'EUR'",
    ),
    "M401": Sample(deal(), "", bundles=({"bundle.json": manifest("zoo"), **deal()},)),
    "M402": Sample({"bundle.json": manifest(requires=["crn"])}, "/requires/0", "bundle.json"),
    "M403": Sample(
        {"bundle.json": manifest(requires=["zoo"])},
        "/requires",
        "bundle.json",
        bundles=({"bundle.json": manifest("zoo", requires=["shop"])},),
    ),
    "M404": Sample(deal(), "/fields/size", site={"entities/deal.json": {"fields": {"size": None}}}),
    "M405": Sample({"bundle.json": manifest("head")}, "/name", "bundle.json"),
    "M406": Sample({}, "/fields/email", "entities/user.json", site={"entities/user.json": {"fields": {"email": None}}}),
    "M407": Sample({f"entities/e{number}.json": entity() for number in range(2001)}, "", "bundle.json"),
    "M408": Sample(
        deal(visit={"type": "link", "to": "visit"}),
        "",
        hint="zoo",
        bundles=({"bundle.json": manifest("zoo"), "entities/visit.json": entity()},),
    ),
    "M501": Sample(grant({"deal": {"update": "all"}}), "/grants/deal/update", "roles/clerk.json"),
    "M502": Sample(grant({"deal": {"read": "own"}}), "/grants/deal/read", "roles/clerk.json"),
    "M503": Sample(grant({"*": {"read": "all", "fields": {"name": "none"}}}), "/grants/*/fields", "roles/clerk.json"),
    "M504": Sample(
        grant({"deal": {"via": "other", "read": "all"}}, other={"type": "link", "to": "user"}),
        "/grants/deal/read",
        "roles/clerk.json",
    ),
    "M505": Sample(
        grant(
            {"deal": {"read": "all", "create": True, "fields": {"size": "read"}}},
            size={"type": "integer", "required": True},
        ),
        "/grants/deal/fields/size",
        "roles/clerk.json",
    ),
    "M506": Sample(
        grant({"deal": {"read": "all", "fields": {"name": "write"}}}), "/grants/deal/fields/name", "roles/clerk.json"
    ),
    "M507": Sample(
        {},
        "/grants/*",
        "roles/administrator.json",
        site={"roles/administrator.json": {"grants": {"*": {"read": "own"}}}},
    ),
    "M508": Sample(grant({"deal": {"via": "other"}}, other=LINK), "/grants/deal/via", "roles/clerk.json"),
    "M601": Sample(
        {**deal(), "screens/lanes.json": {"kind": "board", "entity": "deal", "lanes": "name"}}, "", "screens/lanes.json"
    ),
    "M602": Sample(
        {
            **deal(size={"type": "integer", "required": True}),
            "screens/deal_form.json": {"kind": "form", "entity": "deal", "sections": {"main": {"fields": ["name"]}}},
        },
        "",
        "screens/deal_form.json",
    ),
    "M801": Sample({**with_keys(label="Deal"), "locales/de.po": b""}, "", "locales/de.po"),
    "M802": Sample({**deal(), "locales/de.po": b"nonsense"}, "", "locales/de.po"),
}
"""Codes found by `check`, in a bundle that is otherwise right."""
