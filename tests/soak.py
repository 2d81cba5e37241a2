"""The proofs of rights, refusals, bad input and access at the size of a night: `make soak`.

They are the tests of the suite itself with larger counts; an argument goes to pytest (`make soak` runs all,
`python -m tests.soak -k twins` some).
"""

import os
import subprocess
import sys

# Per engine; the first to each of six people, so about 50,000 in all.
SIZES = {
    "ARMATURE_TWIN_REQUESTS": "4200",
    "ARMATURE_REFUSALS": "10000",
    "ARMATURE_MONOTONE_TURNS": "600",
    "ARMATURE_MALFORMED": "20000",
    "ARMATURE_DESCRIBED_TRIES": "50",  # 20,000 requests on both engines together
    "ARMATURE_MANY_RECORDS": "100000",
    "ARMATURE_EVERY_PART": "1",
}
PROOFS = (
    "tests/door/test_twins.py",
    "tests/door/test_refusals.py",
    "tests/door/test_monotone.py",
    "tests/door/test_other_doors.py",
    "tests/door/test_followers.py",
    "tests/contract/test_examples.py",
    "tests/http/test_example.py",
    "tests/http/test_malformed.py",
    "tests/http/test_schemathesis.py",
    "tests/browser/screens",
)


def main(arguments: list[str]) -> int:
    """Run them one beside the other on two cores, without a limit of time."""
    command = (sys.executable, "-m", "pytest", "--timeout=0", "-n", "2", "-rs", *PROOFS, *arguments)
    return subprocess.run(command, env={**os.environ, **SIZES}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
