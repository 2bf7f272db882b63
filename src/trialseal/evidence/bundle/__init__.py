"""Bundles: evidence with documents, in one file that needs no node. docs/bytes.md fixes their bytes."""
