"""Boards: lanes, cards, and moves from one lane to another."""
