"""The commands about consents."""
