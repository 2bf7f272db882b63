"""What is read of a chain out of a kept bundle: trials, acts, parties, documents; and what it holds no proof of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialseal import api
from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger.carried import Carried
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.ledger.records import DocumentRecord

BUNDLE = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"
KNOWN = json.loads(BUNDLE.with_suffix(".json").read_text())
TRIAL, NO_TRIAL = bytes.fromhex(KNOWN["trial"]), b"\1" * 32
TIME = 1_587_340_801
"""Of everything in it, in seconds."""
NOT_SEALED = DocumentRecord(0, 0, 0, 0, 0, Blinding.NOT_STATED)


@pytest.fixture
def chain() -> Carried:
    return api.bundle(BUNDLE, block_hash=KNOWN["block_hash"])


def no_proof(what: str) -> str:
    return f"holds no proof of {what}$"


def test_the_chain(chain: Carried) -> None:
    assert (chain.chain_id(), chain.is_devnet(), chain.at) == (31337, True, None)
    assert chain.finality(1) == chain.finality(None) == "not known to be final: no node was asked"
    [voucher] = chain.vouching().vouchers
    assert voucher.words == "the hash that you typed"
    assert Carried(chain.evidence(), chain.as_of(), "it").vouching().vouchers == ()


def test_a_trial_with_its_acts(chain: Carried) -> None:
    state, history = chain.trial(TRIAL), chain.history(TRIAL)
    assert state is not None and history.state == state and history.complete
    assert (state.trial, state.created_at, state.acts, state.sponsor_number) == (TRIAL, TIME, 3, 1)
    assert state.versions == {DocumentKind.PROTOCOL: 2} | dict.fromkeys(range(2, 10), 0)
    assert [type(one).__name__ for one in history.acts] == ["TrialRegistered", "DocumentSealed", "MilestoneRecorded"]
    assert {(one.trial, one.time, one.actor, one.block) for one in history.acts} == {(TRIAL, TIME, state.sponsor, None)}
    assert chain.streams(TRIAL) == ()
    assert len(chain.logs_about("TrialRegistry", TRIAL)) == 3


def test_state_is_the_same_whether_acts_were_read_with_it_before_or_after(chain: Carried) -> None:
    chain.load(states=[TRIAL])
    alone = chain.trial(TRIAL)
    assert alone is not None and alone.acts == 3
    assert alone == chain.history(TRIAL).state == chain.trial(TRIAL)
    chain.forget()
    assert chain.history(TRIAL).state == chain.trial(TRIAL) == alone


def test_a_trial_that_the_chain_has_not(chain: Carried) -> None:
    assert chain.trial(NO_TRIAL) is None
    with pytest.raises(FailedError, match=f"^there is no trial {NO_TRIAL.hex()} on chain 31337 at the bundle "):
        chain.history(NO_TRIAL)


def test_the_party_that_acted(chain: Carried) -> None:
    state = chain.history(TRIAL).state
    party = chain.party(state.sponsor)
    assert party is not None and (party.party, party.number, party.created_at) == (state.sponsor, 1, TIME)
    [key] = party.keys
    assert {key.key} == {one.key for one in chain.history(TRIAL).acts} and key.valid_from == TIME
    for subject in (TRIAL, state.sponsor):
        assert chain.attested(subject).records == () and not chain.attested(subject).gap
        assert chain.attestations(subject) == []


def test_a_file_is_found_by_its_digest(chain: Carried) -> None:
    first, second, _ = chain.history(TRIAL).acts
    found = chain.acts_by_subject([second.subject, NO_TRIAL, first.subject, second.subject])
    assert found == {second.subject: [second], first.subject: [first]}
    assert list(found) == [second.subject, first.subject]


def test_what_is_proven_not_to_be_sealed(chain: Carried) -> None:
    digest = chain.history(TRIAL).acts[0].subject
    wanted = [(DocumentKind(3), digest), (DocumentKind(5), digest)]
    assert chain.documents(TRIAL, wanted) == [NOT_SEALED, NOT_SEALED]
    assert chain.document_times([TRIAL], wanted) == {(TRIAL, *one): 0 for one in wanted}


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda chain: chain.documents(TRIAL, [(1, chain.history(TRIAL).acts[0].subject)]), "the documents"),
        (lambda chain: chain.document_times([TRIAL], [(1, chain.history(TRIAL).acts[0].subject)]), "the documents"),
        (lambda chain: chain.party_numbered(1), "the party"),
    ],
)
def test_what_has_no_proof_is_not_told(chain: Carried, ask: Callable[[Carried], Any], what: str) -> None:
    with pytest.raises(UndeterminedError, match=no_proof(what)):
        ask(chain)


def test_of_all_trials_the_bundle_proves_nothing(chain: Carried) -> None:
    listed = chain.registrations()
    assert (listed.acts, listed.count) == ((), 0)
    assert str(listed.gap).endswith("holds no proof of all trials of the chain")


def test_what_was_read_suffices_to_read_it_again(chain: Carried) -> None:
    """And nothing else is left in it."""
    history = chain.history(TRIAL)
    again = Carried(chain.evidence(), chain.as_of(), "it")
    assert again.history(TRIAL) == history
    assert again.evidence() == chain.evidence()
    assert again.party(history.state.sponsor) != chain.party(history.state.sponsor)
    party = again.party(history.state.sponsor)
    assert party is not None and party.gap == "it holds no proof of the party"
    assert again.attested(TRIAL).gap == "it holds no proof of what is attested about it"
    claims = again.claims("NCT04368728")
    assert (claims.every, bool(claims.gap)) == ((), False)


@pytest.mark.parametrize(("at", "is_there"), [(TIME - 1, False), (TIME, True), (TIME + 1, True)])
def test_as_of_a_time(chain: Carried, at: int, is_there: bool) -> None:
    whole = chain.history(TRIAL)
    then = Carried(chain.evidence(), chain.as_of(), "it", at=at)
    then.load_acts([TRIAL])
    state = then.trial(TRIAL)
    assert (state is not None) is is_there
    if state is not None:
        assert then.history(TRIAL).acts == whole.acts and then.history(TRIAL).complete
        assert (state.sponsor, state.acts, state.versions) == (whole.state.sponsor, 3, whole.state.versions)
    else:
        with pytest.raises(FailedError, match="^there is no trial "):
            then.history(TRIAL)
