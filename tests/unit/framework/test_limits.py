"""Requests are counted by subject, in windows of a minute that begin with the first of them."""

from dataclasses import dataclass

from framework.limits import WINDOW_S, Limiter, Quota


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_pass_and_the_next_is_told_when_to_come_again() -> None:
    clock = Clock()
    limiter = Limiter(2, clock)
    assert limiter.count("ada") == Quota(2, 1, WINDOW_S)
    clock.now += 10.5
    assert limiter.count("ada") == Quota(2, 0, 50)
    assert limiter.count("ada") == Quota(2, 0, 50, exceeded=True)
    clock.now += 49.5
    assert limiter.count("ada") == Quota(2, 1, WINDOW_S)


def test_nobody_uses_up_what_another_has() -> None:
    limiter = Limiter(1, Clock())
    assert limiter.count("ada") == limiter.count("bob") == Quota(1, 0, WINDOW_S)


def test_no_limit_counts_nothing() -> None:
    limiter = Limiter(0, Clock())
    assert [limiter.count("ada") for _ in range(3)] == [None] * 3


def test_windows_that_are_over_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(5, clock)
    for number in range(5_000):
        limiter.count(str(number))
        clock.now += 1
    assert len(limiter._windows) <= 4_096  # noqa: SLF001  (what it keeps is seen from nowhere else)
