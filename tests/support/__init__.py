"""Builders and fixtures that tests share: databases, bundles, people."""
