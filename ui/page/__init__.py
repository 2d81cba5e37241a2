"""What every page is made of: who reads it, its address, its frame, and the answer."""
