"""Tests through the WSGI application: API and pages as a client sees them."""
