"""Rules about the source itself, each with a sample that breaks it."""
