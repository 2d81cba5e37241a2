"""Who may do what. Knows plans and predicates, but no SQL and no request."""

from framework.permissions.policy import EntityRights, Policy, policy_for

__all__ = ["EntityRights", "Policy", "policy_for"]
