"""The generated screens: routes, screen kinds, templates."""
