"""Making metadata live: revisions in the database, snapshots in memory, and the step between."""

from framework.publishing.draft_rows import Draft
from framework.publishing.drafts import Drafts
from framework.publishing.plan import Plan
from framework.publishing.publisher import LONGEST_MESSAGE, Published, Publisher, Refused, require_publish
from framework.publishing.runtime import Runtime

__all__ = [
    "LONGEST_MESSAGE",
    "Draft",
    "Drafts",
    "Plan",
    "Published",
    "Publisher",
    "Refused",
    "Runtime",
    "require_publish",
]
