"""Publishing changes tables here: two snapshots → typed steps → a runner that can be called again."""

from framework.storage.ddl.runner import run_steps
from framework.storage.ddl.steps import Step, plan_steps

__all__ = ["Step", "plan_steps", "run_steps"]
