"""Tables and what is hashed of them: one canonical form of rows for CSV, SAS, Parquet, Dataset-JSON, Excel, folders.

A reader (one module a form) yields blocks of raw columns; `columns` turns them into canonical cells under a schema;
`content` hashes the rows into trees. The rules are in docs/bytes.md, section "Datasets".
"""
