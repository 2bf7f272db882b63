"""RFC 9162 Merkle trees over SHA-256; this room knows nothing of trials."""
