"""Two bundles of one trial: which contradict each other, where, and what only one of them proves."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from recorded_acts import recorded
from trialseal.errors import UndeterminedError
from trialseal.evidence.bundle.agreement import Agreement, Compared, agreement
from trialseal.ledger.attestations import Attested
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import Head, HeadHistory, History, TrialState
from trialseal.ledger.rolling import SUPPOSED, Rolled, digest_of

TRIAL, PARTY, STREAM, ZERO = b"\1" * 32, b"\2" * 32, b"\3" * 32, bytes(32)
A, B, C = (Rolled(PARTY[:20], bytes([n]) * 32) for n in (10, 11, 12))


class Shown(NamedTuple):
    """A log, as far as it is compared."""

    rolled: Rolled


class Bundle:
    """What one bundle proves."""

    source = "the bundle x"

    def __init__(self, number: int = 7, **members: Any) -> None:
        self.number = number
        given = {"chain": 5, "hash": "0x11", "time": number, "gap": SUPPOSED, "acts": [A], "attested": [], "party": [B]}
        self.is_of = given | {"heads": [C], "hidden": ()} | members

    def as_of(self) -> AsOf:
        its = self.is_of
        return AsOf(its["chain"], self.number, its["hash"], its["time"], 9, False, Tagged(None), Tagged(None))

    def history(self, trial: bytes) -> History:
        common: dict[str, Any] = {"trial": TRIAL, "actor": PARTY}
        acts = (recorded("TrialRegistered", **common), recorded("StreamOpened", STREAM, number=2, **common))
        return History(TrialState(TRIAL, PARTY, 1, 2, ZERO, {}), acts, self.is_of["gap"])

    def logs_about(self, contract: str, id: bytes) -> list[Shown]:
        name = {"TrialRegistry": "acts", "Attestations": "attested", "Parties": "party"}[contract]
        assert id == (PARTY if name == "party" else TRIAL)
        return [Shown(one) for one in self.is_of[name]]

    def _gap(self, what: str) -> Any:
        return "1 is hidden" if what in self.is_of["hidden"] else SUPPOSED

    def attested(self, subject: bytes) -> Attested:
        return Attested((), (), self._gap("attested"))

    def party(self, party: bytes) -> PartyRecord | None:
        if self.is_of["party"] is None:
            return None
        return PartyRecord(party, 1, 0, ZERO, (), self._gap("party"))

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        if self.is_of["heads"] is None:
            raise UndeterminedError("not carried")
        assert (trial, writer, stream) == (TRIAL, PARTY, STREAM)
        heads = tuple(Head(trial, writer, stream, 1, 1, ZERO, 1, "0x", one.digest) for one in self.is_of["heads"])
        return HeadHistory(None, heads, self._gap("heads"))


def of(first: Bundle, second: Bundle) -> Agreement:
    return agreement(first, second, TRIAL)  # type: ignore[arg-type]


DIFFERENT = "they name different blocks as block 7: one of the two is not the chain's"
ACTS, ABOUT = "act", "attestation about the trial"
KEYS, HEADS = "act of party 02020202… about itself", "head of stream 03030303… of party 02020202…"


def test_a_later_one_that_goes_on() -> None:
    found = of(Bundle(), Bundle(8, acts=[A, B, C], attested=[C]))
    assert found == Agreement(
        (
            Compared(ACTS, (A,), (A, B, C)),
            Compared(ABOUT, (), (C,)),
            Compared(KEYS, (B,), (B,)),
            Compared(HEADS, (C,), (C,)),
        ),
        (),
        (),
    )
    assert [one.added for one in found.compared] == [
        "2 acts", "1 attestation about the trial", f"0 {KEYS}s", f"0 {HEADS}s",
    ]  # fmt: skip
    assert of(Bundle(), Bundle()).contradictions == ()


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({}, {"chain": 6}, "one is of chain 5, the other of chain 6"),
        (
            {"hash": "0x11"},
            {"hash": "0x12"},
            DIFFERENT,
        ),
        (
            {"hash": "0x12"},
            {"hash": "0x11"},
            DIFFERENT,
        ),
        ({"time": 9}, {"number": 8}, "block 7 is later by its time than block 8: one is not the chain's"),
        ({"time": 8}, {"number": 8}, None),
        ({"time": 7}, {"number": 8, "hash": "0x12"}, None),
        ({"time": 9}, {"time": 8}, None),
    ],
)
def test_blocks_that_cannot_be_of_one_chain(first: Any, second: Any, why: str | None) -> None:
    assert of(Bundle(**first), Bundle(**second)).contradictions == ((why,) if why else ())


def test_a_block_s_number_is_compared_however_large_it_is() -> None:
    numbers = [int(text) for text in ("12345678", "12345678")]  # two objects, as of two bundles
    first, second = (Bundle(number, hash=f"0x{at}", time=1) for at, number in enumerate(numbers))
    assert "name different blocks as block 12,345,678" in of(first, second).contradictions[0]


def words(thing: str, place: int, earlier: list[Rolled], later: list[Rolled]) -> str:
    def log(logs: list[Rolled]) -> str:
        return f"the log {logs[place - 1].digest.hex()}" if place <= len(logs) else "none"

    return (
        f"{thing} {place} is {log(earlier)} in the earlier and {log(later)} in the later; the earlier proves "
        f"{len(earlier)} that lead to {digest_of(earlier).hex()}, the later {len(later)} that lead to "
        f"{digest_of(later).hex()}"
    )


@pytest.mark.parametrize(
    ("name", "thing", "earlier", "later", "place"),
    [
        ("acts", ACTS, [A, B], [A, C], 2),
        ("acts", ACTS, [A, B], [C, B], 1),
        ("acts", ACTS, [A, B], [A], 2),
        ("acts", ACTS, [A], [], 1),
        ("attested", ABOUT, [A], [B, A], 1),
        ("party", KEYS, [A, B, C], [A, B], 3),
        ("heads", HEADS, [A], [B], 1),
    ],
)
def test_lists_that_part(name: str, thing: str, earlier: list[Rolled], later: list[Rolled], place: int) -> None:
    found = of(Bundle(**{name: earlier}), Bundle(8, **{name: later}))
    assert found.contradictions == (words(thing, place, earlier, later),)


@pytest.mark.parametrize(
    ("members", "missing"),
    [
        ({"hidden": ("attested",)}, ABOUT),
        ({"hidden": ("party",)}, KEYS),
        ({"party": None}, KEYS),
        ({"hidden": ("heads",)}, HEADS),
        ({"heads": None}, HEADS),
    ],
)
def test_what_only_one_proves(members: dict[str, Any], missing: str) -> None:
    for first, second in ((Bundle(**members), Bundle(8)), (Bundle(), Bundle(8, **members))):
        found = of(first, second)
        assert found.not_compared == (missing,) and found.contradictions == ()
        assert [one.thing for one in found.compared] == [one for one in (ACTS, ABOUT, KEYS, HEADS) if one != missing]


def test_acts_that_are_not_all_shown() -> None:
    hidden = {"gap": "an act is hidden"}
    for first, second in ((Bundle(**hidden), Bundle(8)), (Bundle(), Bundle(8, **hidden))):
        with pytest.raises(
            UndeterminedError, match="^the bundle x does not show all acts of the trial: an act is hidden"
        ):
            of(first, second)


def test_the_same_chain_is_the_same_by_its_number() -> None:
    chains = [int(text) for text in ("31337", "31337", "31338", "31336")]
    first, *others = (Bundle(number, chain=chain) for number, chain in enumerate(chains, 7))
    assert [bool(agreement(first, one, TRIAL).contradictions) for one in others] == [False, True, True]  # type: ignore[arg-type]
