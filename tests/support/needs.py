"""What a machine may lack: a reason to skip at home, a failure where CI=true asks for everything.

Without this line between the two, a test that silently never runs would look like one that passes.
"""

import os
from typing import NoReturn

import pytest


def lacking(what: str, mend: str) -> NoReturn:
    """End the test because the machine lacks something; `mend` is the command that gives it."""
    reason = f"{what}; to mend: {mend}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true requires it: {reason}", pytrace=False)
    pytest.skip(reason)
