"""Many trials on one page, in a table and in plots."""
