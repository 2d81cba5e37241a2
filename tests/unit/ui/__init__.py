"""The parts of pages that need neither a server nor a browser."""
