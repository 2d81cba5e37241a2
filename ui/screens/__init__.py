"""Screen kinds, one file each: what a kind's metadata may say, what it asks the door, how it is drawn."""
