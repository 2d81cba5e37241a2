"""Tests of one module each; the folders mirror the tree of the product."""
