"""Forms: controls, what they hold, where they stand, and what happens when two people fill in the same one."""
