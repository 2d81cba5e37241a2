"""Rights that grow or shrink are told by role and entity; a rename changes none."""

from metadata.compile import compile_snapshot
from metadata.diff import rights_changes
from tests.support.catalogue import CATALOGUE
from tests.support.layers import bundle, with_core

DEAL = {"traits": {"owned": True}, "fields": {"name": {"type": "text"}, "size": {"type": "integer"}}}


def snapshot(grants=None, entity=DEAL, name="deal", **role):
    files = {f"entities/{name}.json": entity}
    if grants is not None:
        files["roles/clerk.json"] = {"grants": grants, **role}
    return compile_snapshot(with_core(bundle(files)), CATALOGUE)


def told(before, after):
    return [(one.role, one.entity, one.widened, one.narrowed) for one in rights_changes(before, after)]


def grants(**grant):
    return snapshot({"deal": grant})


def test_nothing_is_told_where_nothing_changed():
    assert told(grants(read="own"), grants(read="own")) == []


def test_a_wider_reach_is_wider_and_a_smaller_one_narrower():
    before, after = grants(read="own", update="all"), grants(read="all", update="own", create=True)

    assert told(before, after) == [("clerk", "deal", ("read: own → all", "create: no → yes"), ("update: all → own",))]


def test_field_rights_count():
    before = grants(read="all", update="all", fields={"size": "none"})
    after = grants(read="all", update="all", fields={"name": "read"})

    assert told(before, after) == [("clerk", "deal", ("fields.size: none → write",), ("fields.name: write → read",))]


def test_a_row_rule_that_comes_narrows_and_one_that_goes_or_differs_widens():
    free, ruled, other = (
        grants(read="all"),
        grants(read="all", rows={"read": "size = 1"}),
        grants(read="all", rows={"read": "size = 2"}),
    )

    assert told(free, ruled) == [("clerk", "deal", (), ("rows.read: none → rule",))]
    assert told(ruled, free) == [("clerk", "deal", ("rows.read: rule → none",), ())]
    assert told(ruled, other) == [("clerk", "deal", ("rows.read: another rule",), ())]


def test_a_new_role_widens_by_all_that_it_gives_and_a_removed_one_narrows():
    without, with_role = snapshot(), snapshot({"deal": {"read": "all"}}, abilities={"export": True})

    assert told(without, with_role) == [("clerk", None, ("export",), ()), ("clerk", "deal", ("read: none → all",), ())]
    assert told(with_role, without) == [("clerk", None, (), ("export",)), ("clerk", "deal", (), ("read: all → none",))]


def test_a_grant_of_its_own_is_compared_with_that_over_all():
    before = snapshot({"*": {"read": "all", "update": "all"}})
    after = snapshot({"*": {"read": "all", "update": "all"}, "deal": {"read": "own"}})

    assert told(before, after) == [("clerk", "deal", (), ("read: all → own", "update: all → none"))]


def test_a_renamed_field_keeps_its_right():
    before = grants(read="all", fields={"size": "none"})
    fields = {"name": {"type": "text"}, "amount": {"type": "integer", "column": "size"}}
    after = snapshot({"deal": {"read": "all", "fields": {"amount": "none"}}}, {**DEAL, "fields": fields})

    assert told(before, after) == []


def test_nobody_had_a_right_on_a_field_that_is_new():
    fields = {**DEAL["fields"], "margin": {"type": "integer"}}
    after = snapshot({"deal": {"read": "all", "fields": {"margin": "none"}}}, {**DEAL, "fields": fields})

    assert told(grants(read="all"), after) == []


def test_a_renamed_entity_keeps_its_rights():
    after = snapshot({"offer": {"read": "all"}}, {**DEAL, "table": "deal"}, "offer")

    assert told(grants(read="all"), after) == []


def test_before_the_first_revision_nobody_had_a_right():
    found = rights_changes(None, grants(read="all"))

    assert {one.role for one in found} == {"administrator", "everyone", "clerk"}
    assert all(not one.narrowed for one in found)
