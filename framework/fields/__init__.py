"""Field types: one frozen class in one file each. They know values, neither SQL nor HTML."""
