"""Proofs about rights: what the door and the API give is what a slow and simple oracle expects."""
