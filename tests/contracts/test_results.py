"""A result proves its endpoint against a protocol version, or is marked post hoc."""

from __future__ import annotations

from hashlib import sha256

import pytest

from trialseal.merkle import tree

from .chain import ZERO, raw
from .stage import LEAVES, LETTER, PAPER, PLAN, PROTOCOL_2, RESULTS, ROOT, Stage, digest, endpoint_set, padded, trial_id

COUNT = len(LEAVES)


def refusal(stage: Stage, **changes: object) -> tuple[object, ...] | None:
    return stage.refusal(stage.registry.reportResult, *stage.report(**changes), by=stage.clerk)


def not_in_set(endpoint: bytes, version: int, reached: bytes, count: int, promised: bytes) -> tuple[object, ...]:
    return ("EndpointNotInSet", endpoint, version, endpoint_set(reached, count), promised)


def node(left: bytes, right: bytes) -> bytes:
    """RFC 9162, section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


def reached(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2, without the final comparison."""
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r


@pytest.mark.parametrize("index", range(COUNT))
def test_every_endpoint_of_the_set_can_be_proven(stage: Stage, index: int) -> None:
    assert refusal(stage, endpoint=LEAVES[index], index=index) is None


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33, 64])
def test_every_endpoint_of_sets_of_many_sizes_can_be_proven(stage: Stage, size: int) -> None:
    leaves = [digest(f"{size} {number}") for number in range(size)]
    sealed = stage.sealing(root=tree.root(leaves), count=size)
    stage.registry.seal(sealed, {"from": stage.clerk})
    for index in {*range(min(size, 8)), size // 2, size - 2, size - 1} & set(range(size)):
        proof = tree.inclusion_proof(leaves, index)
        right = {"endpoint": leaves[index], "version": 2, "index": index, "count": size, "proof": proof}
        assert refusal(stage, **right) is None
        for wrong in {index ^ 1, size - 1 - index} - {index}:
            assert refusal(stage, **{**right, "index": wrong}) is not None


def test_a_result_seals_its_document_and_counts_the_act(stage: Stage) -> None:
    sent = stage.registry.reportResult(*stage.report(), {"from": stage.clerk})
    assert stage.registry.documentOf(stage.trial, RESULTS, PAPER) == (sent.timestamp, 1, 1, 2, 0, 0)
    assert stage.state().versions[3] == 1 and stage.state().acts == 2


def test_one_document_reports_many_endpoints_and_is_sealed_by_the_first(stage: Stage) -> None:
    first = stage.registry.reportResult(*stage.report(), {"from": stage.clerk})
    stage.wait_until(stage.now + 100)
    stage.registry.reportResult(*stage.report(endpoint=LEAVES[4], index=4), {"from": stage.clerk})
    other = stage.report(document=LETTER, endpoint=LEAVES[4], index=4)
    stage.registry.reportResult(*other, {"from": stage.clerk})
    assert stage.registry.documentOf(stage.trial, RESULTS, PAPER)[0] == first.timestamp
    assert stage.registry.documentOf(stage.trial, RESULTS, LETTER)[2:4] == (2, 4)
    assert stage.state().versions[3] == 2 and stage.state().acts == 4


def test_an_endpoint_that_was_not_promised(stage: Stage) -> None:
    swapped = digest("the outcome that came out well")
    proof = tree.inclusion_proof(LEAVES, 3)
    expected = not_in_set(swapped, 1, reached(swapped, 3, COUNT, proof), COUNT, endpoint_set(ROOT, COUNT))
    assert refusal(stage, endpoint=swapped) == expected


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("bit", [0, 7, 128, 255])
def test_one_bit_of_the_proof_altered(stage: Stage, place: int, bit: int) -> None:
    proof = tree.inclusion_proof(LEAVES, 3)
    proof[place] = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
    expected = not_in_set(LEAVES[3], 1, reached(LEAVES[3], 3, COUNT, proof), COUNT, endpoint_set(ROOT, COUNT))
    assert refusal(stage, proof=proof) == expected


@pytest.mark.parametrize("index", [number for number in range(8) if number != 3])
def test_the_proof_of_another_place(stage: Stage, index: int) -> None:
    refused = refusal(stage, endpoint=LEAVES[3], index=index)
    assert refused is not None and refused[0] == "EndpointNotInSet"
    refused = refusal(stage, endpoint=LEAVES[3], index=index, proof=tree.inclusion_proof(LEAVES, 3))
    assert refused is not None and refused[0] == "EndpointNotInSet"


@pytest.mark.parametrize("index", [COUNT, COUNT + 3, 2**32 - 1])
def test_an_index_outside_of_the_set(stage: Stage, index: int) -> None:
    proof = tree.inclusion_proof(LEAVES, 3)
    assert refusal(stage, index=index, proof=proof) == ("IndexOutsideTree", index, COUNT)


@pytest.mark.parametrize("count", [0, 3])
def test_a_set_too_small_for_the_index(stage: Stage, count: int) -> None:
    assert refusal(stage, count=count) == ("IndexOutsideTree", 3, count)


@pytest.mark.parametrize("count", [4, 9, 11, 13, 16, 17, 2**32 - 1])
def test_a_set_of_another_size(stage: Stage, count: int) -> None:
    """Also where the same proof leads to the same root: the size is part of what was promised."""
    proof = tree.inclusion_proof(LEAVES, 3)
    refused = refusal(stage, count=count, proof=proof)
    same_length = count in (9, 11, 13, 16)
    assert refused is not None and refused[0] == ("EndpointNotInSet" if same_length else "ProofLength")
    if count in (13, 16):
        assert reached(LEAVES[3], 3, count, proof) == ROOT


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_a_proof_cut_short(stage: Stage, length: int) -> None:
    assert refusal(stage, proof=tree.inclusion_proof(LEAVES, 3)[:length]) == ("ProofLength", length)


@pytest.mark.parametrize("more", [[ZERO], [digest("more")], [digest("more"), digest("still more")]])
def test_a_proof_with_more_than_its_path(stage: Stage, more: list[bytes]) -> None:
    proof = tree.inclusion_proof(LEAVES, 3) + more
    assert refusal(stage, proof=proof) == ("ProofLength", len(proof))


def test_a_proof_in_the_wrong_order(stage: Stage) -> None:
    refused = refusal(stage, proof=tree.inclusion_proof(LEAVES, 3)[::-1])
    assert refused is not None and refused[0] == "EndpointNotInSet"


def test_an_inner_node_passed_off_as_an_endpoint(stage: Stage) -> None:
    """Nodes 2 and 3 under one parent: proven with the shorter path, under a size of half, or with the sibling left."""
    inner, path = node(LEAVES[2], LEAVES[3]), tree.inclusion_proof(LEAVES, 3)[1:]
    assert refusal(stage, endpoint=inner, index=1, proof=path) == ("ProofLength", 3)
    halved = refusal(stage, endpoint=inner, index=1, count=6, proof=path)
    assert reached(inner, 1, 6, path) == ROOT  # the path is right; the size tells
    assert halved == not_in_set(inner, 1, ROOT, 6, endpoint_set(ROOT, COUNT))
    refused = refusal(stage, endpoint=inner, index=3, proof=[LEAVES[2], *path])
    assert refused is not None and refused[0] == "EndpointNotInSet"


def test_the_root_passed_off_as_the_only_endpoint(stage: Stage) -> None:
    expected = not_in_set(ROOT, 1, ROOT, 1, endpoint_set(ROOT, COUNT))
    assert refusal(stage, endpoint=ROOT, index=0, count=1, proof=[]) == expected


def test_an_endpoint_dropped_by_an_amendment_is_proven_against_the_old_version_only(stage: Stage) -> None:
    fewer = LEAVES[:3]
    stage.registry.seal(stage.sealing(root=tree.root(fewer), count=3), {"from": stage.clerk})
    assert refusal(stage, version=1) is None
    refused = refusal(stage, version=2)
    assert refused == not_in_set(LEAVES[3], 2, ROOT, COUNT, endpoint_set(tree.root(fewer), 3))


def test_an_endpoint_kept_by_an_amendment_is_proven_against_both(stage: Stage) -> None:
    leaves = [*LEAVES[:6], digest("new endpoint")]
    stage.registry.seal(stage.sealing(root=tree.root(leaves), count=7), {"from": stage.clerk})
    assert refusal(stage, version=1) is None
    assert refusal(stage, version=2, count=7, proof=tree.inclusion_proof(leaves, 3)) is None


@pytest.mark.parametrize("version", [2, 3, 65_535])
def test_a_version_that_does_not_exist(stage: Stage, version: int) -> None:
    assert refusal(stage, version=version) == not_in_set(LEAVES[3], version, ROOT, COUNT, ZERO)


def test_a_plans_endpoints_are_not_the_protocols(stage: Stage) -> None:
    leaves = [digest("only in the plan")]
    planned = stage.sealing(kind=PLAN, version=1, root=leaves[0], count=1)
    stage.registry.seal(planned, {"from": stage.clerk})
    refused = refusal(stage, endpoint=leaves[0], index=0, count=1, proof=[])
    assert refused == not_in_set(leaves[0], 1, leaves[0], 1, endpoint_set(ROOT, COUNT))


def test_an_endpoint_of_another_trial_proves_nothing_here(stage: Stage) -> None:
    leaves = [digest("theirs")]
    theirs = stage.registration(stage.stranger, root=leaves[0], count=1)
    stage.registry.register(theirs, {"from": stage.stranger.key})
    given = {"endpoint": leaves[0], "index": 0, "count": 1, "proof": []}
    by = stage.stranger.key
    own = stage.report(stage.stranger, trial_id(stage.stranger), **given)
    assert stage.accepts(stage.registry.reportResult, *own, by=by)
    assert refusal(stage, **given) == not_in_set(leaves[0], 1, leaves[0], 1, endpoint_set(ROOT, COUNT))


def test_a_post_hoc_result_is_accepted_and_marked_as_such(stage: Stage) -> None:
    report = stage.report(endpoint=digest("thought of afterwards"), version=0, index=0, count=0, proof=[])
    sent = stage.registry.reportResult(*report, {"from": stage.clerk})
    assert sent.events["ResultReported"]["protocolVersion"] == 0


def test_a_post_hoc_result_with_a_proof(stage: Stage) -> None:
    assert refusal(stage, version=0) == ("ProofWithoutProtocol",)


def test_a_result_has_a_document_and_an_endpoint(stage: Stage) -> None:
    assert refusal(stage, document=ZERO) == ("DigestMissing",)
    assert refusal(stage, endpoint=ZERO) == ("DigestMissing",)
    assert refusal(stage, endpoint=ZERO, version=0, proof=[]) == ("DigestMissing",)


def test_results_reported_twice_are_both_there(stage: Stage) -> None:
    """A corrected paper is a second report; neither replaces the other."""
    for document in (PAPER, PAPER, digest("correction")):
        stage.registry.reportResult(*stage.report(document=document), {"from": stage.clerk})
    assert stage.state().acts == 4 and stage.state().versions[3] == 2


def test_the_same_paper_reports_on_two_trials(stage: Stage) -> None:
    code = padded("another")
    stage.registry.register(stage.registration(code=code), {"from": stage.clerk})
    stage.registry.reportResult(*stage.report(), {"from": stage.clerk})
    stage.registry.reportResult(*stage.report(trial=trial_id(stage.sponsor, code)), {"from": stage.clerk})
    assert raw(stage.registry.endpointSetOf(trial_id(stage.sponsor, code), 1, 1)) == endpoint_set(ROOT, COUNT)


def test_a_protocol_sealed_later_makes_nothing_pre_registered(stage: Stage) -> None:
    """The endpoint can be proven against version 2, and version 2 has its own time, after the data."""
    leaves = [digest("chosen after the data were seen")]
    amended = stage.sealing(root=leaves[0], count=1, blinding=2)
    stage.registry.seal(amended, {"from": stage.clerk})
    report = stage.report(endpoint=leaves[0], index=0, count=1, proof=[], version=2)
    sent = stage.registry.reportResult(*report, {"from": stage.clerk})
    assert sent.events["ResultReported"]["protocolVersion"] == 2
    assert stage.registry.documentOf(stage.trial, 1, PROTOCOL_2)[5] == 2
    assert refusal(stage, endpoint=leaves[0], index=0, count=1, proof=[], version=1) is not None
