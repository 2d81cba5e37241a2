"""The store of files and what it tells of content."""
