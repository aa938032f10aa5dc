"""Text in, plan and findings out: pure functions that keep character offsets into the raw text."""
