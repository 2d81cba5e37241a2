"""Work outside of requests: what is to be done, and who does it."""

from framework.jobs.desk import STANDARD, Job, Jobs, Refusal
from framework.jobs.housekeeping import HOUSEKEEPING
from framework.jobs.kinds import Engine, Kind, Work
from framework.jobs.worker import Worker

__all__ = ["HOUSEKEEPING", "STANDARD", "Engine", "Job", "Jobs", "Kind", "Refusal", "Work", "Worker"]
