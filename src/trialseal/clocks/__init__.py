"""Second clocks: proofs, beside any chain of contracts, that bytes existed at a time. None says who wrote them."""
