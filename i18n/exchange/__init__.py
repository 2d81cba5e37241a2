"""Words on their way to translators and back: entries, and the files in which they travel."""
