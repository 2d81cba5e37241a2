"""Texts that are translated later: what they say until then, and that they are values."""

from i18n import Label, Message, msg, nmsg
from i18n.lazy import fill


def test_a_message_says_its_source_text_filled():
    assert str(msg("No field %(name)s", name="amount")) == "No field amount"


def test_a_missing_value_leaves_the_placeholder_and_a_lone_percent_stays():
    assert fill("%(a)s of 100 %, 5 %% off", {}) == "%(a)s of 100 %, 5 % off"


def test_a_counted_message_takes_singular_or_plural_and_knows_its_count():
    assert str(nmsg("1 field", "%(count)s fields", 1)) == "1 field"
    assert str(nmsg("1 field", "%(count)s fields", 3)) == "3 fields"


def test_params_may_be_named_like_our_own_arguments():
    assert str(msg("%(msgid)s and %(count)s", msgid="a", count=2)) == "a and 2"


def test_messages_are_equal_by_what_they_say_and_can_be_in_sets():
    one, same = msg("No %(what)s", what=["list"]), msg("No %(what)s", what=["list"])
    other = msg("No %(what)s", what="x")
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2


def test_messages_inside_messages_are_filled_in():
    assert str(msg("%(label)s is required", label=Label("k", "Amount"))) == "Amount is required"
    assert Message("x") == msg("x")
