"""Pure values and rules: no clock, no database, no web, no files."""
