"""Requests that are wrong in some way: how they are sent, what they are made of, and who makes them up."""
