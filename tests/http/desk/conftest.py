"""A desk for the tests of a file, with nothing on it at the beginning of each."""

from collections.abc import Iterator

import pytest

from tests.http.desk.world import Desk, opened


@pytest.fixture(scope="module")
def module_desk(shared_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Open a desk that a file's tests share."""
    with opened(shared_engine, tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
def desk(module_desk: Desk) -> Desk:
    """Give that desk with no draft and no site layer."""
    return module_desk.cleared()
