"""The audit of products as tables and as a page."""
