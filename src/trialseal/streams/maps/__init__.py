"""Maps: how the rows of a file of other habits become events, as small files of TOML."""
