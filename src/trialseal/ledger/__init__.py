"""The ledger room: reading the chain, signing and sending, receipts, deployments."""
