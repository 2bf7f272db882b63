"""Who vouches for a block, in words: what nodes answer when they are asked for it, and each way to agree or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from trialseal.errors import UndeterminedError
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.network_file import Network, NetworkNode
from trialseal.ledger.proofs.header import FIRST, from_rlp
from trialseal.ledger.proofs.rlp import decode
from trialseal.ledger.reference import asking
from trialseal.ledger.reference.asking import Vouching, vouching_for
from trialseal.ledger.reference.attested import Attestations, AttestedCheckpoint, standing_checkpoints
from trialseal.ledger.reference.checkpoints import Checkpoint
from trialseal.ledger.reference.validators import SealedBy, Validator, ValidatorList, list_at, sealed_by
from trialseal.ledger.reference.vouching import (
    NO_CHOICE,
    Choice,
    Contradiction,
    Means,
    Said,
    Voucher,
    by_attested,
    by_nodes,
    by_seals,
)

RAW = bytes.fromhex((Path(__file__).parents[3] / "vectors/headers/besu-qbft-block-7528.rlp.hex").read_text())
HEADER = from_rlp(RAW)
OTHER, GENESIS = b"\x22" * 32, "0x" + "1a" * 32
ZERO = bytes(32)
MEMBERS = decode(RAW)
assert isinstance(MEMBERS, list)
# As a node gives it.
BLOCK: dict[str, Any] = {"hash": "0x" + HEADER.hash.hex()} | {
    name: hex(int.from_bytes(bytes(member), "big")) if size == 0 else "0x" + bytes(member).hex()  # type: ignore[arg-type]
    for (name, size), member in zip(FIRST.items(), MEMBERS, strict=False)
}


class Nodes:
    """Nodes by URL, each with its block of that number and the number of the block that it calls final."""

    def __init__(self, **answers: tuple[Any, Any]) -> None:
        self.answers, self.closed = answers, 0

    def __call__(self, url: str, timeout: float) -> Nodes:
        self.url = url
        return self

    def attempt(self, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        assert [one[1] for one in calls] == [[hex(HEADER.number), False], ["finalized", False]]
        block, final = self.answers[self.url]
        if isinstance(block, Exception) and final == "raised":
            raise block
        return [block, final if final is None or isinstance(final, (dict, str)) else {"number": hex(final)}]

    def close(self) -> None:
        self.closed += 1


def asked(monkeypatch: pytest.MonkeyPatch, quorum: int = 2, **answers: tuple[Any, Any]) -> Vouching:
    """What a quorum of nodes, each of an operator of its own name, comes to."""
    nodes = Nodes(**answers)
    monkeypatch.setattr(asking, "Rpc", nodes)
    first, *others = answers
    endpoints = tuple(NetworkNode(one, one) for one in others)
    network = Network("net", first, operator=first, endpoints=endpoints)
    found = vouching_for(HEADER, 5, Choice(quorum=quorum), network, read_node=True)
    assert nodes.closed == len(answers)
    return found


AT = HEADER.number


@pytest.mark.parametrize(
    ("finals", "words"),
    [
        ((AT, AT), "2 of 2 operators (a, b); 2 of them call it final"),
        ((AT + 1, AT - 1), "2 of 2 operators (a, b); 1 of them calls it final"),
        ((AT - 1, None), "2 of 2 operators (a, b); none of them call it final"),
        (("nonsense", {"number": "x"}), "2 of 2 operators (a, b); none of them call it final"),
        (({}, {"number": 7}), "2 of 2 operators (a, b); none of them call it final"),
    ],
)
def test_what_nodes_call_final(monkeypatch: pytest.MonkeyPatch, finals: tuple[Any, Any], words: str) -> None:
    found = asked(monkeypatch, a=(BLOCK, finals[0]), b=(BLOCK, finals[1]))
    assert found == Vouching((Voucher(Means.QUORUM, words),))
    assert found.vouched


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((None, None), "it has no such block"),
        ((UndeterminedError("it is away"), None), "it is away"),
        ((UndeterminedError("it is away"), "raised"), "it is away"),
        (
            (BLOCK | {"gasUsed": "0x1"}, None),
            "what it gives as the block is not a block header: its members do not lead to the hash that it names",
        ),
        (
            (BLOCK | {"gasUsed": 7}, None),
            "what it gives as the block is not a block header: members are missing, or have another form",
        ),
    ],
)
def test_a_node_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, answer: tuple[Any, Any], why: str) -> None:
    found = asked(monkeypatch, a=(BLOCK, AT), b=answer)
    assert found.doubts == (f"1 of 2 operators name block {AT:,}, and 2 were wanted (b: {why})",)
    assert not found.vouched and found.vouchers == () and found.contradiction is None
    assert asked(monkeypatch, 1, a=(BLOCK, AT), b=answer).vouched


def test_a_node_that_gives_another_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "Rpc", nodes := Nodes(a=(BLOCK, AT)))
    nodes.attempt = lambda calls: [BLOCK, None]  # type: ignore[method-assign]
    for at in (AT + 1, AT - 1):
        asked_for = HEADER._replace(number=at)
        found = vouching_for(asked_for, 5, Choice(quorum=1), Network("net", "a"), read_node=True)
        assert found.doubts == (
            f"0 of 1 operators name block {at:,}, and 1 were wanted (net: it gives block {AT} for it)",
        )


@pytest.mark.parametrize("choice", [Choice(own_node=True), NO_CHOICE])
def test_an_own_node_is_asked_for_a_bundle_s_block(monkeypatch: pytest.MonkeyPatch, choice: Choice) -> None:
    network = Network("net", "a", mine=choice is NO_CHOICE, operator="us")

    def found(answer: tuple[Any, Any], header: Any = HEADER) -> Vouching:
        monkeypatch.setattr(asking, "Rpc", Nodes(a=answer))
        return vouching_for(header, 5, choice, network, read_node=False)

    has = Voucher(Means.OWN_NODE, "your own node (us), which has this block")
    assert found((BLOCK, AT)) == Vouching((has,))
    silent = "your own node does not say whether it has this block: it has no such block"
    assert found((None, None)) == Vouching((), (silent,))
    forged = found((BLOCK, AT), HEADER._replace(hash=OTHER))
    hashes = {OTHER: ("what was read",), HEADER.hash: ("your own node (us)",)}
    assert forged == Vouching((), (), Contradiction(AT, hashes))
    assert not forged.vouched


def test_the_node_that_is_read() -> None:
    def words(choice: Choice, **network: Any) -> list[str]:
        return [
            one.words for one in vouching_for(HEADER, 5, choice, Network("n", "a", **network), read_node=True).vouchers
        ]

    assert words(NO_CHOICE, mine=True) == ["this node, which is your own, as your network file says"]
    assert words(Choice(own_node=True)) == ["this node, which is your own, as you say with --trust-node"]
    assert words(NO_CHOICE) == []
    assert vouching_for(HEADER, 5, Choice(own_node=True, quorum=3), None, read_node=True) == Vouching()
    untried = vouching_for(HEADER, 5, NO_CHOICE, Network("n", "a", tried=False), read_node=True)
    assert untried.notes == ("nobody has tried trialseal on n yet",)


def test_a_typed_hash() -> None:
    this = Vouching((Voucher(Means.TYPED_HASH, "the hash that you typed"),))
    for network in (None, Network("n", "a")):
        assert vouching_for(HEADER, 5, Choice(block_hash=HEADER.hash), network, read_node=True) == this
        other = vouching_for(HEADER, 5, Choice(block_hash=OTHER), network, read_node=True)
        why = f"the hash that you typed is another block's, or another chain's: 0x{OTHER.hex()}"
        assert other == Vouching((), (why,))


def checkpoint(**changes: Any) -> Checkpoint:
    return Checkpoint(5, GENESIS, AT, HEADER.hash, HEADER.time, "0xabc")._replace(**changes)


@pytest.mark.parametrize(
    ("given", "genesis", "vouchers", "doubts"),
    [
        ([{}], GENESIS, 1, []),
        ([{}], GENESIS.upper().replace("X", "x"), 1, []),
        ([{}], None, 1, []),
        ([{"chain_id": 6}], None, 0, ["is of another chain (id 6)"]),
        ([{"genesis": "0x00"}], GENESIS, 0, ["is of another chain (id 5)"]),
        ([{"genesis": "0x00"}], None, 1, []),
        ([{"block": AT - 1}], GENESIS, 0, ["is for block 7,527"]),
        ([{"block": AT + 1}, {"block": AT + 1}], GENESIS, 0, ["is for block 7,529"]),
        ([{"time": HEADER.time + 1}], GENESIS, 0, ["gives this block another time than its header"]),
        ([{"block": AT + 1}, {}], GENESIS, 1, []),
    ],
)
def test_checkpoints(given: list[dict[str, Any]], genesis: str | None, vouchers: int, doubts: list[str]) -> None:
    choice = Choice(checkpoints=tuple(checkpoint(**one) for one in given))
    found = vouching_for(HEADER, 5, choice, Network("n", "a", genesis=genesis), read_node=True)
    who = "a checkpoint signed by 0xabc"
    assert found == Vouching((Voucher(Means.CHECKPOINT, who),) * vouchers, tuple(f"{who} {one}" for one in doubts))


def test_a_checkpoint_that_contradicts() -> None:
    found = vouching_for(HEADER, 5, Choice(checkpoints=(checkpoint(hash=OTHER),)), None, read_node=True)
    assert found.contradiction is not None and not found.vouched
    assert found.contradiction.words == (
        f"members disagree about block 7,528: what was read says 0x{HEADER.hash.hex()}; "
        f"a checkpoint signed by 0xabc says 0x{OTHER.hex()}"
    )


def test_which_block_is_wanted() -> None:
    early, late = checkpoint(block=7, hash=b"\7" * 32), checkpoint(block=9, hash=b"\x09" * 32)
    attested = Attestations(
        (AttestedCheckpoint(ZERO, b"\5" * 32, 50, "x"), AttestedCheckpoint(ZERO, b"\6" * 32, 60, "x"))
    )
    assert NO_CHOICE.block_wanted is None
    assert Choice(attested=attested).block_wanted == b"\6" * 32
    assert Choice(checkpoints=(late, early), attested=attested).block_wanted == b"\x09" * 32
    assert Choice(block_hash=OTHER, checkpoints=(early,), attested=attested).block_wanted == OTHER


def attested_at(hash: bytes = HEADER.hash, genesis: str = GENESIS) -> AttestedCheckpoint:
    return AttestedCheckpoint(bytes.fromhex(genesis[2:]), hash, 1, "who attested it")


@pytest.mark.parametrize(
    ("found", "genesis", "vouchers", "doubts"),
    [
        ([], None, 0, ["a doubt"]),
        ([attested_at()], None, 1, ["a doubt"]),
        ([attested_at()], GENESIS.upper().replace("X", "x"), 1, ["a doubt"]),
        ([attested_at()], "0x" + "33" * 32, 0, ["a doubt", "of 1 attested checkpoint none is of this block"]),
        ([attested_at(OTHER)], None, 0, ["a doubt", "of 1 attested checkpoint none is of this block"]),
        ([attested_at(OTHER)] * 2, None, 0, ["a doubt", "of 2 attested checkpoints none is of this block"]),
        ([attested_at(OTHER), attested_at()], None, 1, ["a doubt"]),
    ],
)
def test_attested_elsewhere(
    found: list[AttestedCheckpoint], genesis: str | None, vouchers: int, doubts: list[str]
) -> None:
    given = by_attested(Attestations(tuple(found), ("a doubt",)), HEADER, genesis)
    assert given == ([Voucher(Means.ATTESTED, "who attested it")] * vouchers, doubts)


NOW = 1000


@pytest.mark.parametrize(
    ("members", "stands", "doubts"),
    [
        ({}, 1, []),
        ({"time": NOW}, 1, []),
        ({"until": NOW + 1}, 1, []),
        ({"until": NOW}, 0, ["has ended or was withdrawn there: 0x" + OTHER.hex()]),
        ({"withdrawn_at": NOW}, 0, ["has ended or was withdrawn there: 0x" + OTHER.hex()]),
        ({"author": b"\5" * 32}, 0, None),
        ({"kind": AttestationKind.APPROVAL}, 0, None),
    ],
)
def test_checkpoints_that_stand(members: dict[str, Any], stands: int, doubts: list[str] | None) -> None:
    given = {
        "number": 1, "author": b"\4" * 32, "kind": AttestationKind.CHECKPOINT, "code": 0, "territory": 0, "date": 0,
        "time": NOW - 1, "until": 0, "withdrawn_at": 0, "document": ZERO, "subject": ZERO, "digest": OTHER,
    }  # fmt: skip
    found = standing_checkpoints([AttestationRecord(**(given | members))], [b"\4" * 32], NOW, "on chain 7")  # type: ignore[arg-type]
    who = "a checkpoint that party 04040404… attested on chain 7"
    none = "no party that you named with --checkpoint-party attested a checkpoint on chain 7"
    assert [one.words for one in found.found] == [who] * stands
    assert list(found.doubts) == ([none] if doubts is None else [f"{who} {one}" for one in doubts])


def test_nodes_of_one_operator_and_of_several() -> None:
    def of(*said: tuple[str, bytes | None], wanted: int = 1) -> Any:
        return by_nodes(tuple(Said(who, one, "silent") for who, one in said), 1234, HEADER.hash, wanted)

    assert of(("A", HEADER.hash), ("A", None), ("B", None), wanted=2) == (
        "1 of 2 operators name block 1,234, and 2 were wanted (A: silent; B: silent)"
    )
    torn = of(("A", OTHER))
    assert torn == Contradiction(1234, {HEADER.hash: ("the node that was read",), OTHER: ("A",)})
    torn = of(("A", HEADER.hash), ("B", OTHER), ("C", OTHER))
    assert torn.words.endswith(f"A says 0x{HEADER.hash.hex()}; B, C say 0x{OTHER.hex()}")
    assert torn.words.startswith("members disagree about block 1,234: ")


@pytest.mark.parametrize("seals", [2, 3, 4])
def test_seals_in_words(seals: int) -> None:
    found = by_seals(SealedBy(seals, 4, 3, ("A", "B"), ("few",)))
    if seals < 3:
        assert found == "2 of 4 validators in your network file sealed the block, and 3 must"
    else:
        assert found == Voucher(Means.SEALS, f"the seals of {seals} of 4 validators (A, B)", ("few",))


def run_by(*organisations: str) -> tuple[str, ...]:
    validators = tuple(Validator(f"0x{n:040x}", one) for n, one in enumerate(organisations))
    return sealed_by(HEADER, ValidatorList(0, validators)).warnings


def test_how_little_agreement_may_mean() -> None:
    assert run_by("A", "B", "C", "D") == ()
    assert run_by("A", "B", "C") == (
        "only 3 organisations run this chain's validators",
        *(f"{one} runs 1 of 3 validators, a third or more" for one in "ABC"),
    )
    assert run_by(*"AABCD") == ("A runs 2 of 5 validators, a third or more",)
    assert run_by(*"AABCDE") == ("A runs 2 of 6 validators, a third or more",)
    assert run_by(*"AABCDEF") == ()
    assert run_by("A", "A")[0] == "only 1 organisation runs this chain's validators"


def test_no_list_begins_so_early() -> None:
    one, two = ValidatorList(5, ()), ValidatorList(9, ())
    assert [list_at((two, one), number) for number in (4, 5, 8, 9, 10)] == [None, one, one, two, two]
    network = Network("n", "a", validators=(ValidatorList(AT + 1, ()),))
    found = vouching_for(HEADER, 5, NO_CHOICE, network, read_node=True)
    assert found.doubts == ("no validators are listed so early",)
