"""Bytes to values and back, one direction a function."""
