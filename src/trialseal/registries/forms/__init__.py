"""What registries offer for download, one reader a form: each gives histories; what a form does not say is None."""
