"""One command per file; `framework.cli` gathers them."""
