"""Who may do what. Knows plans and predicates, but no SQL and no request."""

from framework.permissions.explain import RoleSays, role_by_role
from framework.permissions.policy import EntityRights, Policy, policy_for

__all__ = ["EntityRights", "Policy", "RoleSays", "policy_for", "role_by_role"]
