"""Making metadata live: revisions in the database, snapshots in memory, and the step between."""

from framework.publishing.plan import Plan
from framework.publishing.publisher import Published, Publisher, Refused, require_publish
from framework.publishing.runtime import Runtime

__all__ = ["Plan", "Published", "Publisher", "Refused", "Runtime", "require_publish"]
