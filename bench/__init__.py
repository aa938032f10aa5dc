"""Benchmarks: each prints a table; none is a test, because a busy machine must not fail one."""
