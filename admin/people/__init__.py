"""What the pages about people are made of: who there is, and one person with all that hangs on them."""
