"""Who may do what. Knows plans and predicates, but no SQL and no request."""

from framework.permissions.covering import lacking
from framework.permissions.explain import RoleSays, role_by_role
from framework.permissions.policy import ACTIONS, EntityRights, Policy, policy_for

__all__ = ["ACTIONS", "EntityRights", "Policy", "RoleSays", "lacking", "policy_for", "role_by_role"]
