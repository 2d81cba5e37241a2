"""Records in and out in bulk, always through the door."""
