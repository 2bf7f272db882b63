"""The report of a journal's check: page, Markdown, JSON, letter."""
