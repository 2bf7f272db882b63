"""What is hashed: canonical bytes, identifiers, typed models of documents, importers."""
