"""Who vouches for the hash of the block as of which a chain is read. Whom to trust for that is the reader's choice."""
