"""Work outside of requests: what is to be done, and who does it."""

from framework.jobs.housekeeping import HOUSEKEEPING
from framework.jobs.kinds import Kind, Work
from framework.jobs.worker import Worker

__all__ = ["HOUSEKEEPING", "Kind", "Work", "Worker"]
