"""The ``planner`` command: each subcommand reads its input, calls one function and prints."""

from planner.cli import calendars, documents, records, running
from planner.cli.group import main

__all__ = ["calendars", "documents", "main", "records", "running"]
