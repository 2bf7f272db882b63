"""The contracts against their model in plain Python: honest, hostile, relayed and batched acts in every interleaving.

Each step lets somebody do something: a key for itself, a stranger for a key that signed, or several acts in one
batch. Chain and model must agree on every log, every refusal with its arguments, and in the end on all state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import brownie
import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from .chain import ZERO, in_one_block, mined, put_back, raw, rpc
from .drawing import CODES, DOCUMENTS, KEYS, NUMBERS, SALTS, Arguments, Drawing
from .model import Log, Refused, World, fold_of
from .signing import signed
from .stage import DAY, LEAVES, NOBODY, ROOT, Stage, digest

BATCH_GAS = 400_000

Model = Callable[[World, int, str], list[Log]]
# What each act is in the model, given the world, block time, key, the members of its struct, and what comes behind.
ACTS: dict[str, tuple[str, Callable[..., list[Log]]]] = {
    "createParty": ("Parties", lambda w, t, k, a: w.parties.create(t, k, a[0], a[1], (a[2], a[3]), (a[4], a[5]))),
    "addKey": ("Parties", lambda w, t, k, a: w.parties.add(t, k, *a)),
    "revokeKey": ("Parties", lambda w, t, k, a: w.parties.revoke(t, k, *a)),
    "vetoKey": ("Parties", lambda w, t, k, a: w.parties.veto(t, k, *a)),
    "declareCompromise": ("Parties", lambda w, t, k, a: w.parties.declare(t, k, *a)),
    "contestCompromise": ("Parties", lambda w, t, k, a: w.parties.contest(t, k, *a)),
    "changeProfile": ("Parties", lambda w, t, k, a: w.parties.profile(t, k, *a)),
    "attest": ("Attestations", lambda w, t, k, a: w.attestations.attest(t, k, *a)),
    "withdraw": ("Attestations", lambda w, t, k, a: w.attestations.withdraw(t, k, *a)),
    "register": ("TrialRegistry", lambda w, t, k, a: w.trials.register(t, k, *a)),
    "seal": ("TrialRegistry", lambda w, t, k, a: w.trials.seal(t, k, *a)),
    "recordMilestone": ("TrialRegistry", lambda w, t, k, a: w.trials.milestone(t, k, *a)),
    "reportResult": ("TrialRegistry", lambda w, t, k, a, proof: w.trials.report(t, k, *a, proof)),
    "claimRegistryId": ("TrialRegistry", lambda w, t, k, a: w.trials.claim(t, k, *a)),
    "withdrawRegistryId": ("TrialRegistry", lambda w, t, k, a: w.trials.unclaim(t, k, *a)),
    "appoint": ("TrialRegistry", lambda w, t, k, a: w.trials.appoint(t, k, *a)),
    "shortenAppointment": ("TrialRegistry", lambda w, t, k, a: w.trials.shorten(t, k, *a)),
    "offerTransfer": ("TrialRegistry", lambda w, t, k, a: w.trials.offer(t, k, *a)),
    "vetoOffer": ("TrialRegistry", lambda w, t, k, a: w.trials.veto(t, k, *a)),
    "acceptTransfer": ("TrialRegistry", lambda w, t, k, a: w.trials.accept(t, k, *a)),
    "nameRole": ("TrialRegistry", lambda w, t, k, a: w.trials.name(t, k, *a)),
    "openStream": ("TrialRegistry", lambda w, t, k, a: w.trials.open(t, k, *a)),
    "extend": ("TrialLog", lambda w, t, k, a, proof: w.heads.extend(t, k, *a, proof)),
}


class Contracts(RuleBasedStateMachine):
    """Chain and model side by side, from contracts that nobody has used yet. The test sets the class's members."""

    stage: ClassVar[Stage]
    contracts: ClassVar[dict[str, Any]]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = rpc("evm_snapshot")
        for key in KEYS:
            rpc("anvil_impersonateAccount", key)
            rpc("anvil_setBalance", key, hex(10**20))
        self.world = World()
        self.nonces: Counter[tuple[str, str]] = Counter()
        self.grown: Counter[tuple[bytes, bytes, bytes]] = Counter()
        self.logs: list[bytes] = [digest("no log")]

    # ----- steps -----

    @initialize()
    def two_parties_and_a_trial(self) -> None:
        """Something to begin with: a party with three managing keys, one with a single one, a trial of the first."""
        hands = sorted(KEYS)
        both = [
            ("createParty", hands[0], ((SALTS[0], DOCUMENTS[0], hands[1], 0xFFFF, hands[2], 1),)),
            ("createParty", hands[3], ((SALTS[0], DOCUMENTS[0], NOBODY, 0, hands[4], 2),)),
        ]
        for function, key, arguments in both:
            self._by_key(function, key, arguments, self.stage.now + 1)
        first = next(iter(self.world.parties.found))
        registration = ((first, CODES[0], DOCUMENTS[0], ROOT, len(LEAVES)),)
        self._by_key("register", hands[0], registration, self.stage.now + DAY)

    @rule(data=st.data())
    def an_act_by_its_key(self, data: st.DataObject) -> None:
        """Somebody calls a contract."""
        self._by_key(*self._drawing(data).act())

    @rule(data=st.data())
    def an_act_relayed(self, data: st.DataObject) -> None:
        """Somebody else sends what a key signed, also twice, also too late."""
        function, key, arguments, time = self._drawing(data).act()
        contract, target = self._target(function)
        sender = data.draw(st.sampled_from(sorted(KEYS)))
        nonce = self._nonce(contract, key, again=data.draw(st.integers(0, 9)) == 0)
        deadline = time + data.draw(st.sampled_from([0, 0, 1, DAY, -1]))
        calldata = self._relayed(contract, target, arguments, key, nonce, deadline)
        model = self._model(function, arguments)

        def act(world: World, now: int, signer: str) -> list[Log]:
            return world.relay(contract, model, now, signer, nonce, deadline)

        self._one(contract, calldata, sender, act, time, key)

    @rule(data=st.data())
    def a_batch(self, data: st.DataObject) -> None:
        """One transaction with several acts of one contract, own and relayed, those that are refused among them."""
        sender = data.draw(st.sampled_from(sorted(KEYS)))
        contract = data.draw(st.sampled_from(["Parties", "Attestations", "TrialRegistry", "TrialLog"]))
        functions = [function for function, (name, _) in ACTS.items() if name == contract]
        time = self._drawing(data).later()
        items, expected = [], []
        for _ in range(data.draw(st.integers(1, 5))):
            own = data.draw(st.booleans())
            function, key, arguments, _ = self._drawing(data).act(st.sampled_from(functions), sender if own else None)
            _, target = self._target(function)
            model = self._model(function, arguments)
            if own:
                items.append((BATCH_GAS, target.encode_input(*arguments)))
            else:
                nonce = self._nonce(contract, key)
                items.append((BATCH_GAS, self._relayed(contract, target, arguments, key, nonce, time)))
                model = self._with_nonce(contract, model, nonce, time)
            try:
                expected.append(self.world.do(model, time, key))
            except Refused as refused:
                expected.append(refused)
        self._sent(contract, raw(self.contracts[contract].batch.encode_input(items)), sender, time, expected)

    @rule(data=st.data())
    def acts_in_one_block(self, data: st.DataObject) -> None:
        """Several keys act on several contracts in one block, each after the one before."""
        time = self._drawing(data).later()
        calls, expected = [], []
        for _ in range(data.draw(st.integers(2, 4))):
            function, key, arguments, _ = self._drawing(data).act(time=time)
            _, target = self._target(function)
            calls.append((key, target, arguments))
            try:
                expected.append(self.world.do(self._model(function, arguments), time, key))
            except Refused as refused:
                expected.append(refused)
        for receipt, outcome in zip(in_one_block(time, calls), expected, strict=True):
            if isinstance(outcome, Refused):
                assert receipt["status"] == "0x0", f"the model refuses with {outcome.error}, the chain takes it"
                self.seen[f"{outcome.error[0]} in a block"] += 1
            else:
                self._compare_logs(receipt, NOBODY, [outcome])
                self.logs += [log.digest for log in outcome]

    @invariant()
    def somebody_manages_every_party(self) -> None:
        """Whatever is vetoed, a managing key without an end stays that has begun."""
        for party in self.world.parties.found.values():
            assert any(key.begins <= self.stage.now for key in party.standing())

    def teardown(self) -> None:
        """All state is what the model has; then the chain is put back."""
        try:
            self._compare_state()
        finally:
            put_back(self.snapshot)

    # ----- chain and model -----

    def _drawing(self, data: st.DataObject) -> Drawing:
        return Drawing(data, self.world, self.stage.now, list(ACTS), self.logs)

    def _by_key(self, function: str, key: str, arguments: Arguments, time: int) -> None:
        contract, target = self._target(function)
        self._one(contract, raw(target.encode_input(*arguments)), key, self._model(function, arguments), time, key)

    def _target(self, function: str) -> tuple[str, Any]:
        contract = ACTS[function][0]
        return contract, getattr(self.contracts[contract], function)

    def _model(self, function: str, arguments: Arguments) -> Model:
        act = ACTS[function][1]
        return lambda world, time, key: act(world, time, key, *arguments)

    def _with_nonce(self, contract: str, model: Model, nonce: int, deadline: int) -> Model:
        return lambda world, now, signer: world.relay(contract, model, now, signer, nonce, deadline)

    def _nonce(self, contract: str, key: str, *, again: bool = False) -> int:
        if not again:
            self.nonces[contract, key] += 1
        return self.nonces[contract, key]

    def _relayed(self, contract: str, target: Any, arguments: Arguments, key: str, nonce: int, deadline: int) -> bytes:
        calldata, authorization = signed(self.contracts[contract], target, arguments, KEYS[key], nonce, deadline)
        return raw(self.contracts[contract].relay.encode_input(calldata, authorization))

    def _one(
        self,
        contract: str,
        calldata: bytes,
        sender: str,
        model: Model,
        time: int,
        key: str,
    ) -> None:
        """One act: refused by both for the same reason, or recorded by both with the same logs."""
        try:
            logs = self.world.do(model, time, key)
        except Refused as refused:
            call = {"from": sender, "to": self.contracts[contract].address, "data": "0x" + calldata.hex()}
            answer = brownie.web3.provider.make_request("eth_call", [call, "latest", {}, {"time": hex(time)}])
            assert "error" in answer, f"the model refuses with {refused.error}, the chain takes it"
            assert self.stage.error(raw(answer["error"]["data"])) == refused.error
            self.seen[f"{refused.error[0]}"] += 1
            return
        self._sent(contract, calldata, sender, time, [logs])
        self.logs += [log.digest for log in logs]

    def _sent(
        self, contract: str, calldata: bytes, sender: str, time: int, expected: list[list[Log] | Refused]
    ) -> None:
        rpc("evm_setNextBlockTimestamp", time)
        call = {"from": sender, "to": self.contracts[contract].address, "data": "0x" + calldata.hex()}
        receipt = mined({**call, "gas": hex(4_000_000)})
        assert receipt["status"] == "0x1"
        self._compare_logs(receipt, sender, expected)

    def _compare_logs(self, receipt: dict[str, Any], sender: str, expected: list[list[Log] | Refused]) -> None:
        """What one transaction logged: the acts of `expected`, and the refusals among them with their reasons."""
        found = [
            (raw(log["address"]), [raw(one) for one in log["topics"]], raw(log["data"])) for log in receipt["logs"]
        ]
        place = 0
        for number, outcome in enumerate(expected):
            if isinstance(outcome, Refused):
                log = receipt["logs"][place]
                reason = _bytes_of(raw(log["data"]))
                assert [raw(one) for one in log["topics"]][1:] == [
                    raw(sender).rjust(32, b"\0"),
                    number.to_bytes(32, "big"),
                ]
                assert self.stage.error(reason) == outcome.error
                self.seen[f"{outcome.error[0]} in a batch"] += 1
                place += 1
                continue
            for log in outcome:
                assert found[place] == (raw(self.contracts[log.contract].address), list(log.topics), log.data)
                self.seen["logs"] += 1
                place += 1
        assert place == len(found)

    def _compare_state(self) -> None:
        parties, registry, heads = (self.contracts[name] for name in ("Parties", "TrialRegistry", "TrialLog"))
        for id_, party in self.world.parties.found.items():
            number, created, managers, _, settled = parties.partyOf(id_)
            assert (number, created, managers, settled) == (
                party.number, party.created, len(party.standing()), party.settled
            )  # fmt: skip
            assert raw(parties.wordOf(id_)) == party.word
            for address in KEYS:
                kept = tuple(parties.keyOf(id_, address))
                key = party.keys.get(address)
                assert kept == (
                    (
                        party.number,
                        key.purposes,
                        key.begins,
                        key.until,
                        key.since,
                        key.declared,
                        key.contested,
                        key.begins > key.asked,
                    )
                    if key
                    else (0,) * 8
                )
        for subject, word in self.world.attestations.words.items():
            assert raw(self.contracts["Attestations"].wordOf(subject)) == word
        assert raw(registry.trialsWord()) == self.world.trials.word
        for number in NUMBERS:
            try:
                fold = fold_of(number)
            except Refused:
                continue
            assert raw(registry.wordOfNumber(fold)) == self.world.trials.numbers.get(fold, ZERO)
        now = self.stage.now
        for id_, trial in self.world.trials.found.items():
            state = registry.trialOf(id_).dict()
            assert raw(state["sponsor"]) == trial.sponsor
            assert raw(state["rollingDigest"]) == trial.digest
            assert (state["createdAt"], state["acts"], state["tenure"]) == (trial.created, trial.acts, trial.tenure)
            assert list(state["versions"]) == [trial.versions.get(kind, 0) for kind in range(1, 10)]
            assert raw(state["offeredTo"]) == (trial.offer.to if trial.offer else ZERO)
            for time in {now, *(edge + off for _, edge in trial.ended for off in (-1, 0, 1))}:
                assert raw(registry.sponsorOf(id_, time)) == self.world.trials.sponsor_at(id_, time)
        for (trial_id, writer, stream), head in self.world.heads.found.items():
            kept = heads.headOf(trial_id, writer, stream).dict()
            assert (kept["size"], kept["time"], kept["heads"]) == (head.size, head.time, head.count)
            assert (raw(kept["rollingDigest"]), raw(kept["root"])) == (head.digest, head.root)


def _bytes_of(data: bytes) -> bytes:
    """The one `bytes` that a log's data holds."""
    length = int.from_bytes(data[32:64], "big")
    return data[64 : 64 + length]


@pytest.mark.parametrize("examples,steps", [(25, 60)])
def test_chain_and_model_agree_in_every_interleaving(stage: Stage, examples: int, steps: int) -> None:
    payer = {"from": brownie.accounts.add()}  # brownie knows contracts by address, also those of chains put back
    project = brownie.project.get_loaded_projects()[0]
    parties = project.Parties.deploy(payer)
    registry = project.TrialRegistry.deploy(parties, payer)
    Contracts.contracts = {
        "Parties": parties,
        "Attestations": project.Attestations.deploy(parties, payer),
        "TrialRegistry": registry,
        "TrialLog": project.TrialLog.deploy(parties, registry, payer),
    }
    Contracts.stage, Contracts.seen = stage, Counter()
    run_state_machine_as_test(
        Contracts,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            verbosity=Verbosity.normal,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
    assert Contracts.seen["logs"] > examples
    print(sorted(Contracts.seen.items()))
