"""The chain that a bundle carries says of itself that it is out of a bundle, and what its block is."""

from __future__ import annotations

from pathlib import Path

from trialseal import api
from trialseal.cli.selftest.known import bundle, vectors


def test_what_is_read_out_of_a_bundle_is_known_as_that(tmp_path: Path) -> None:
    path = tmp_path / "known.trialseal"
    path.write_bytes(bundle())
    known = vectors("bundle")
    now = api.bundle(path, block_hash=known["block_hash"]).as_of()
    assert now.carried and now.hash == known["block_hash"] and now.read_at == now.time
    assert len(now.vouched_by) == 1 and api.bundle(path).as_of().vouched_by == ()
    assert now.finalized.block is None and "no node was asked" in str(now.finalized)
