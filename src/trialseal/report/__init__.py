"""What readers get: words, pages, tables."""
