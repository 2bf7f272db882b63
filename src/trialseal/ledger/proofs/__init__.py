"""Proofs of a chain's state: from a block's hash to a word of a contract's storage. Pure; nothing is asked here."""
