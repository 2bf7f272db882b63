"""CDISC USDM 4 (Unified Study Definitions Model), read as a protocol."""
