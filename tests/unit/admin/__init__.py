"""What the desk works out without a server."""
