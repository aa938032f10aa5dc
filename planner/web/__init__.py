"""The pages: thin handlers over services and queries."""
