"""The pages of the desk: one module for each place of its menu. A module here is found by itself."""
