"""How Sphinx builds the documentation: Markdown in, one theme, every doubt an error (make docs)."""

from importlib.metadata import version as installed

project = "Armature"
author = "The Armature authors"
project_copyright = author
release = version = installed("armature-crm")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"Armature {release}"
