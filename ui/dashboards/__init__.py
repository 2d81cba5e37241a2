"""Dashboards: periods, the figures of tiles, and charts drawn from them."""
