"""Where each value lies: docs/bytes.md, the compiler's layout and the contracts' own answers agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from eth_utils.crypto import keccak

from .chain import raw, slot, stored
from .stage import ACT, ALL, MANAGE, OPEN, PROTOCOL, PROTOCOL_1, PROTOCOL_2, STREAM_NAME, WEEK, Stage, digest

ROOT = Path(__file__).parents[2]
ARTIFACTS = json.loads((ROOT / "src/trialseal/ledger/artifacts.json").read_text(encoding="utf-8"))["contracts"]
NAMES = ("Parties", "Attestations", "TrialRegistry", "TrialLog")


class Row(NamedTuple):
    """A row of the page's table."""

    contract: str
    variable: str
    slot: int
    where: str
    bits: list[int]  # of the members, from the lowest bit on


def rows() -> list[Row]:
    text = (ROOT / "docs" / "bytes.md").read_text(encoding="utf-8").partition("\n## Storage\n")[2].partition("\n## ")[0]
    found: list[Row] = []
    contract, variable, place = "", "", 0
    for line in re.findall(r"^\| .* \|$", text, re.MULTILINE)[1:]:
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        contract = cells[0].strip("`") or contract
        if cells[1]:
            variable, place = cells[1].strip("`"), int(cells[2])
        members = cells[4].rpartition(";")[2].split(",")
        bits = [int(match[1]) for match in (re.search(r" (\d+)$", member) for member in members) if match]
        found.append(Row(contract, variable, place, cells[3], bits))
    return found


def bits_of(contract: str, variable: str) -> list[int]:
    """The bits that the page gives for the members of a variable's first slot."""
    found = [one for one in rows() if (one.contract, one.variable) == (contract, variable) and "+" not in one.where]
    (row,) = found
    return row.bits


def unpacked(word: int, bits: list[int]) -> list[int]:
    """Members of a word, from the lowest bit on; what lies above them too, if it is not zero."""
    members = []
    for count in bits:
        members.append(word % 2**count)
        word >>= count
    return [*members, word] if word else members


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_every_variable_at_the_compilers_slot(name: str) -> None:
    told = {row.variable: row.slot for row in rows() if row.contract in (name, "all four")}
    laid = {one["name"]: one["slot"] for one in ARTIFACTS[name]["storage"]}
    assert {one: laid.pop(one) for one in ("_nameFallback", "_versionFallback")} == {
        "_nameFallback": 0, "_versionFallback": 1,
    }  # fmt: skip
    assert told == laid
    assert all(one["offset"] == 0 for one in ARTIFACTS[name]["storage"])


@pytest.mark.parametrize("name", NAMES)
def test_mappings_have_as_many_keys_as_the_page_says(name: str) -> None:
    for one in ARTIFACTS[name]["storage"][2:]:
        kind, depth = one["type"], 0
        while "mapping" in kind:
            kind, depth = kind["value"], depth + 1
        wheres = [row.where for row in rows() if row.variable == one["name"] and row.contract in (name, "all four")]
        for where in wheres:
            keys = re.search(r"M\((.*?)\)", where)
            assert (len(keys[1].split(",")) - 1 if keys else 0) == depth, where
        assert ("dynamic_array" in kind) == any("A(" in where for where in wheres)


def test_members_that_the_compiler_packs(stage: Stage) -> None:
    """Structs in storage; the other slots are words that the contracts pack themselves, compared below."""
    for variable in ("_appointments", "_offers", "_tenures"):
        (kind,) = (one["type"] for one in ARTIFACTS["TrialRegistry"]["storage"] if one["name"] == variable)
        while "struct" not in kind:
            kind = kind["value"] if "mapping" in kind else kind["dynamic_array"]
        bits, place = [], 0
        for member in kind["struct"]:
            assert (member["slot"], member["offset"]) == (0, place)
            place += member["type"]["bytes"]
            bits.append(8 * member["type"]["bytes"])
        assert bits == bits_of("TrialRegistry", variable)
    for name, variable, slots in (
        ("Parties", "_parties", 2),
        ("TrialRegistry", "_trials", 2),
        ("TrialLog", "_logs", 3),
    ):
        (kind,) = (one["type"] for one in ARTIFACTS[name]["storage"] if one["name"] == variable)
        while "struct" not in kind:
            kind = kind["value"]
        assert [member["slot"] for member in kind["struct"]] == list(range(slots))
        assert kind["bytes"] == 32 * slots


# ----- what the contracts say, read from their slots -----


def test_a_party(stage: Stage) -> None:
    party = stage.sponsor.id
    stage.parties.addKey((party, stage.outsider, MANAGE), {"from": stage.manager})
    number, created, managers, pending, settled = stage.parties.partyOf(party)
    word = stored(stage.parties, slot(3, party))
    assert unpacked(word, bits_of("Parties", "_parties")) == [
        number, created, managers, pending, settled,
    ]  # fmt: skip
    assert stored(stage.parties, slot(3, party) + 1) == int.from_bytes(raw(stage.parties.wordOf(party)), "big")
    assert stored(stage.parties, 5) == stage.parties.partyCount()
    place = int.from_bytes(keccak((5).to_bytes(32, "big")), "big")
    assert stored(stage.parties, place + number - 1) == int.from_bytes(party, "big")


def test_a_key_with_everything(stage: Stage) -> None:
    named = (stage.sponsor.id, stage.manager)
    stage.parties.revokeKey(named, {"from": stage.sponsor.key})
    stage.parties.declareCompromise((*named, 1000), {"from": stage.sponsor.key})
    stage.parties.contestCompromise(named, {"from": stage.manager})
    kept = list(stage.parties.keyOf(*named))
    assert all(kept[:7]) and not kept[7]  # named at creation: its addition did not wait
    assert unpacked(stored(stage.parties, slot(4, named[0], raw(stage.manager))), bits_of("Parties", "_keys")) == kept
    stage.parties.addKey((named[0], stage.outsider, MANAGE), {"from": stage.sponsor.key})
    word = stored(stage.parties, slot(4, named[0], raw(stage.outsider)))
    assert unpacked(word, bits_of("Parties", "_keys")) == [1, MANAGE, stage.now + WEEK, 0, 0, 0, 0, 1]
    stage.parties.addKey((stage.cro.id, stage.outsider, ALL), {"from": stage.cro.key})
    word = stored(stage.parties, slot(4, stage.cro.id, raw(stage.outsider)))
    assert unpacked(word, bits_of("Parties", "_keys"))[:2] == [2, ALL]


def test_a_subject_a_number_and_all_trials(stage: Stage) -> None:
    stage.attestations.attest(stage.statement(), {"from": stage.committee.key})
    stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    fold = raw(stage.registry.foldOf(stage.claim()[2]))
    for contract, place, word in (
        (stage.attestations, slot(3, stage.trial), stage.attestations.wordOf(stage.trial)),
        (stage.registry, slot(7, fold), stage.registry.wordOfNumber(fold)),
        (stage.registry, 6, stage.registry.trialsWord()),
    ):
        assert stored(contract, place) == int.from_bytes(raw(word), "big") != 0


def test_a_trial_and_its_documents(stage: Stage) -> None:
    stage.registry.seal(stage.sealing(blinding=2), {"from": stage.clerk})
    state, place = stage.state(), slot(3, stage.trial)
    bits = bits_of("TrialRegistry", "_trials")
    expected = [1, state.acts, state.created_at, state.tenure, *state.versions]
    assert unpacked(stored(stage.registry, place), [*bits, *[16] * 9])[:13] == expected
    assert stored(stage.registry, place + 1) == int.from_bytes(state.rolling, "big")
    for document in (PROTOCOL_1, PROTOCOL_2):
        word = stored(stage.registry, slot(4, stage.trial, bytes([PROTOCOL]), document))
        told = list(stage.registry.documentOf(stage.trial, PROTOCOL, document))
        assert [*unpacked(word, bits_of("TrialRegistry", "_documents")), 0][:6] == told
    set_ = stored(stage.registry, slot(5, stage.trial, bytes([PROTOCOL]), (2).to_bytes(2, "big")))
    assert set_ == int.from_bytes(raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 2)), "big") != 0


def listed(contract: Any, place: int, index: int) -> int:
    """Item of a list whose length lies at a place."""
    return stored(contract, int.from_bytes(keccak(place.to_bytes(32, "big")), "big") + index)


def test_appointments_offers_tenures_and_streams(stage: Stage) -> None:
    registry, trial, by = stage.registry, stage.trial, {"from": stage.sponsor.key}
    until = stage.now + WEEK
    registry.appoint(stage.appointment(stream=STREAM_NAME, acts=1 << OPEN, until=until), by)
    opened = registry.openStream(stage.opening(stage.cro), {"from": stage.cro.key}).timestamp
    assert stored(registry, slot(11, trial, stage.cro.id, STREAM_NAME)) == opened
    place = slot(8, trial, stage.cro.id, STREAM_NAME)
    (told,) = registry.appointmentsOf(trial, stage.cro.id, STREAM_NAME)
    assert stored(registry, place) == 1
    word = listed(registry, place, 0)
    assert [*unpacked(word, bits_of("TrialRegistry", "_appointments")), 0][:4] == list(told)

    asked = registry.offerTransfer(stage.offer(stage.cro), by).timestamp
    offer = stored(registry, slot(9, trial))
    assert unpacked(offer, bits_of("TrialRegistry", "_offers")) == [2, asked, asked + WEEK]
    stage.wait_until(asked + WEEK)
    taken = registry.acceptTransfer(stage.acceptance(stage.cro), {"from": stage.cro.key}).timestamp
    assert stored(registry, slot(9, trial)) == 0
    assert stored(registry, slot(10, trial)) == 1
    word = listed(registry, slot(10, trial), 0)
    assert unpacked(word, bits_of("TrialRegistry", "_tenures")) == [1, taken]


def test_a_head(stage: Stage) -> None:
    stage.registry.openStream(stage.opening(), {"from": stage.clerk})
    stage.log.extend(*stage.extension([digest(str(number)) for number in range(5)]), {"from": stage.writer})
    head, place = stage.head(), slot(3, stage.trial, stage.sponsor.id, STREAM_NAME)
    bits = bits_of("TrialLog", "_logs")
    assert unpacked(stored(stage.log, place), bits) == [head.size, head.time, head.heads]
    assert stored(stage.log, place + 1) == int.from_bytes(head.root, "big")
    assert stored(stage.log, place + 2) == int.from_bytes(head.rolling, "big")


@pytest.mark.parametrize("nonce", [0, 255, 256, 2**256 - 1])
def test_a_nonce(stage: Stage, nonce: int) -> None:
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        contract.cancelNonce(nonce, {"from": stage.outsider})
        place = slot(2, raw(stage.outsider), (nonce >> 8).to_bytes(32, "big"))
        assert stored(contract, place) == 1 << nonce % 256


def test_a_slot_that_nobody_wrote_is_zero(stage: Stage) -> None:
    assert stored(stage.parties, slot(4, stage.sponsor.id, raw(stage.outsider))) == 0
    stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.manager})
    stage.parties.vetoKey((stage.sponsor.id, stage.outsider), {"from": stage.manager})
    assert stored(stage.parties, slot(4, stage.sponsor.id, raw(stage.outsider))) == 0
    assert stage.parties.keyValidAt(stage.sponsor.id, stage.clerk, ACT, stage.now)
