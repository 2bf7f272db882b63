"""The audit trail of streams as an inspector reads it: a page, a table, a picture of one participant."""
