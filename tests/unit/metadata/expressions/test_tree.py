"""What can be asked of a tree without knowing what its names mean."""

from metadata.expressions import Path, Root, logic, parse, paths
from metadata.expressions.tree import Literal, depth, size, walk

A, B, C = (Path((name,)) for name in "abc")


def test_paths_gives_every_mentioned_name() -> None:
    node = parse("a + $old.b in (if(c.d, 1, -e), me().f) or not g")
    assert paths(node) == {
        Path(("a",)),
        Path(("b",), Root.OLD),
        Path(("c", "d")),
        Path(("e",)),
        Path(("f",), Root.ME),
        Path(("g",)),
    }


def test_walk_visits_each_node_before_its_parts_and_in_the_order_of_the_text() -> None:
    visited = [node.names[0] for node in walk(parse("a = b and c in (d, e)")) if isinstance(node, Path)]
    assert visited == ["a", "b", "c", "d", "e"]


def test_size_counts_nodes_and_depth_levels() -> None:
    node = parse("a + 1 = b")
    assert (size(node), depth(node)) == (5, 3)


def test_logic_keeps_chains_flat() -> None:
    assert logic("and", [parse("a and b"), C]) == parse("a and b and c")
    assert logic("and", [parse("a or b"), C]) == parse("(a or b) and c")
    assert logic("or", [A]) == A


def test_columns_do_not_tell_trees_apart() -> None:
    assert parse("a=b") == parse("  a  =  b  ")
    assert hash(parse("a=b")) == hash(parse("a = b"))
    assert Literal("x", at=3) == Literal("x", at=9)
