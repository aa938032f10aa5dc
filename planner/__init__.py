"""Planner: a tracker of tasks and responsibilities driven by work-plan documents."""

__version__ = "0.1.0"
