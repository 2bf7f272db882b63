"""Reading trialseal's contracts on one chain: state, and histories that are checked against it.

Light on purpose: a verifier imports this and nothing heavier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import abi
from trialseal.ledger import heads as head_checks
from trialseal.ledger.acts import (
    Act,
    AppointmentRecord,
    AttestationRecord,
    Block,
    ClaimRecord,
    DocumentRecord,
    Head,
    HeadHistory,
    HeadState,
    History,
    KeyRecord,
    PartyRecord,
    Stream,
    TrialState,
)
from trialseal.ledger.contracts import NAMES, ContractAbi, contract
from trialseal.ledger.networks import Network
from trialseal.ledger.rpc import Reverted, Rpc, RpcError, Unreachable

ZERO = bytes(32)
# The events that are acts of a trial: all have the topics (event, trial, subject, actor) and data from a
# stamp on.
ACT_EVENTS = (
    "TrialRegistered",
    "DocumentSealed",
    "MilestoneRecorded",
    "ResultReported",
    "RegistryIdClaimed",
    "Appointed",
    "AppointmentShortened",
    "TransferOffered",
    "TransferAccepted",
    "RoleNamed",
    "StreamOpened",
)
# geth refuses more alternatives for one topic.
MOST_TOPICS = 1000
# Digests to one eth_call, which must stay far below a block's gas: each costs about 3,000 and 36 bytes of
# calldata.
DIGESTS_A_CALL = 1000
PAGE = 100
# Longer lists would cost their authors more than any trial does; a node that always gives a full page ends here.
MOST_LISTED = 100_000
DEVNET_CHAINS = (31337, 1337)
DEVNET_CLIENTS = ("anvil", "hardhat", "ganache", "ethereumjs testrpc")
DEVNET_FINALITY = "devnet: the operator sets the clock"

Filter = Sequence[str | Sequence[str] | None]
Progress = Callable[[int, int], None]


class Chain:
    """One chain with trialseal's contracts. Every method raises UndeterminedError if the node cannot answer.

    `progress(done, total)` is called with counts of blocks while logs are searched piece by piece.
    """

    def __init__(self, network: Network, *, timeout: float = 30.0, progress: Progress | None = None) -> None:
        self.network = network
        self.rpc = Rpc(network.url, timeout)
        self._progress = progress
        self._chain_id: int | None = None
        self._is_devnet: bool | None = None
        self._deployed = False
        self._start: int | None = None

    # ----- the chain itself -----

    def chain_id(self) -> int:
        """The chain's id; UsageError if it is not the one that the network's entry names."""
        if self._chain_id is None:
            chain_id = _number(self.rpc.call("eth_chainId"))
            if self.network.chain_id not in (None, chain_id):
                raise UsageError(
                    f"the network {self.network.name} should be chain {self.network.chain_id}, but "
                    f"{self.rpc.shown} serves chain {chain_id}: correct its URL or its chain_id"
                )
            self._chain_id = chain_id
        return self._chain_id

    def newest(self) -> int:
        """The number of the newest block."""
        return _number(self.rpc.call("eth_blockNumber"))

    def block(self, number: int | str = "latest") -> Block | None:
        """The block with this number, or tagged latest, safe, finalized; None if the node has none."""
        wanted = number if isinstance(number, str) else hex(number)
        block = self.rpc.call("eth_getBlockByNumber", [wanted, False])
        if block is None:
            return None
        try:
            return {
                "number": _number(block["number"]),
                "hash": str(block["hash"]),
                "timestamp": _number(block["timestamp"]),
            }
        except (TypeError, KeyError):
            raise self._odd("a block without its members") from None

    def require_deployed(self) -> None:
        """UndeterminedError unless the contracts stand on this chain, with the very code of this package."""
        if self._deployed:
            return
        codes = self.rpc.batch([("eth_getCode", [contract(name).address, "latest"]) for name in NAMES])
        missing = [name for name, code in zip(NAMES, codes, strict=True) if not _bytes(code)]
        if missing:
            raise self._not_deployed(missing)
        for name, code in zip(NAMES, codes, strict=True):
            if not contract(name).is_code(_bytes(code)):
                raise UndeterminedError(
                    f"what stands at {contract(name).address} on chain {self.chain_id()} at "
                    f"{self.rpc.shown} is not the code of {name}: check that the network is the one you mean"
                )
        self._deployed = True

    def is_devnet(self) -> bool:
        """Whether this is a chain for development, whose operator sets the clock and may undo everything."""
        if self._is_devnet is None:
            client = ""
            if self.chain_id() not in DEVNET_CHAINS:
                try:
                    client = str(self.rpc.call("web3_clientVersion")).lower()
                except RpcError:  # not every public node tells
                    client = ""
            self._is_devnet = self.chain_id() in DEVNET_CHAINS or client.startswith(DEVNET_CLIENTS)
        return self._is_devnet

    def finality(self, block: int) -> str:
        """How settled a block is: 'final', 'safe', 'N blocks deep', or that this is a devnet."""
        if self.is_devnet():
            return DEVNET_FINALITY
        for tag, word in (("finalized", "final"), ("safe", "safe")):
            try:
                tagged = self.block(tag)
            except RpcError:  # chains without finality have no such tags
                continue
            if tagged and block <= tagged["number"]:
                return word
        depth = self.newest() - block + 1
        return f"{depth} block{'' if depth == 1 else 's'} deep"

    # ----- trials -----

    def trial(self, trial: bytes, block: int | str = "latest") -> TrialState | None:
        """A trial as it stands; None if this chain has none with this id."""
        state = self._read("TrialRegistry", "trialOf", trial, block=block)
        if not state["createdAt"]:
            return None
        return TrialState(
            trial=trial,
            sponsor=state["sponsor"],
            created_at=state["createdAt"],
            acts=state["acts"],
            rolling_digest=state["rollingDigest"],
            versions=dict(enumerate(state["versions"], start=1)),
            offered_to=state["offeredTo"] if any(state["offeredTo"]) else None,
        )

    def history(self, trial: bytes) -> History:
        """Every act of a trial, from its logs, checked against count and rolling digest in state.

        FailedError if there is no such trial; whatever is missing or wrong is said in `gap`.
        """
        head = self.newest()  # state and logs must be of the same moment
        state = self.trial(trial, head)
        if state is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.rpc.shown}")
        logs = self._logs("TrialRegistry", [self._act_topics(), _hex(trial)], head, since=state.created_at)
        return History(state, tuple(self._act(log) for log in logs), self._gap(state, logs))

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        """The acts of any trial about each of these digests (or other subjects); without those that have none."""
        wanted = list(dict.fromkeys(subjects))
        head = self.newest()
        found: dict[bytes, list[Act]] = {}
        for start in range(0, len(wanted), MOST_TOPICS):
            part = [_hex(subject) for subject in wanted[start : start + MOST_TOPICS]]
            for log in self._logs("TrialRegistry", [self._act_topics(), None, part], head):
                act = self._act(log)
                found.setdefault(act.subject, []).append(act)
        return found

    def trials(self) -> list[Act]:
        """The registrations of all trials of this chain, in their order."""
        topics = [_hex(contract("TrialRegistry").topic("TrialRegistered"))]
        return [self._act(log) for log in self._logs("TrialRegistry", topics, self.newest())]

    def trial_count(self) -> int:
        """How many trials the contract has counted: as many as `trials` gives, if the node shows all."""
        return int(self._read("TrialRegistry", "trialCount"))

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        """The records of documents given as (kind, digest), in order; `time` is 0 where one is not sealed."""
        # Times come a thousand to a call; the rest is asked only of those that are sealed.
        times: dict[tuple[int, bytes], int] = {}
        for kind in sorted({kind for kind, _ in documents}):
            digests = list(dict.fromkeys(digest for its, digest in documents if its == kind))
            parts = [digests[i : i + DIGESTS_A_CALL] for i in range(0, len(digests), DIGESTS_A_CALL)]
            answers = self._read_all([("TrialRegistry", "documentTimes", (trial, kind, part)) for part in parts])
            for part, answer in zip(parts, answers, strict=True):
                times.update({(kind, digest): time for digest, time in zip(part, answer, strict=True)})
        sealed = [document for document, time in times.items() if time]
        records = self._read_all([("TrialRegistry", "documentOf", (trial, *document)) for document in sealed])
        known = {
            document: DocumentRecord(
                time=record["time"],
                author=record["author"],
                version=record["version"],
                act=record["act"],
                endpoint_count=record["endpointCount"],
                blinding=record["blinding"],
            )
            for document, record in zip(sealed, records, strict=True)
        }
        return [known.get(document, DocumentRecord(0, 0, 0, 0, 0, 0)) for document in documents]

    def endpoint_set(self, trial: bytes, kind: int, version: int) -> bytes:
        """What binds a version's endpoints: SHA-256(root ‖ count, 4 bytes); zeros if it has none."""
        return bytes(self._read("TrialRegistry", "endpointSetOf", trial, kind, version))

    def sponsor_at(self, trial: bytes, time: int) -> bytes | None:
        """The party that sponsored the trial at `time`; None before its registration."""
        party: bytes = self._read("TrialRegistry", "sponsorOf", trial, time)
        return party if any(party) else None

    def claimants(self, registry_id: bytes | str) -> list[bytes]:
        """The trials that claim a registry number (32 bytes, or as text), in the order of claiming."""
        number = _registry_id(registry_id)
        found: list[bytes] = []
        expected: int | None = None
        while True:
            page, total = self._read("TrialRegistry", "claimantsOf", number, len(found), PAGE)
            expected = total if expected is None else expected
            if expected > MOST_LISTED:
                raise self._odd(f"a list of {expected:,} claimants")
            found += page
            # A list that grows meanwhile is read up to where it ended at first.
            if len(found) >= expected or not page:
                return found[:expected]

    def claim(self, registry_id: bytes | str, trial: bytes) -> ClaimRecord | None:
        """When a trial claimed a registry number; None if it did not."""
        record = self._read("TrialRegistry", "claimOf", _registry_id(registry_id), trial)
        return ClaimRecord(record["time"], record["submitted"]) if record["time"] else None

    def appointments(self, trial: bytes, appointee: bytes, stream: bytes = ZERO) -> list[AppointmentRecord]:
        """Every appointment of a party for a stream (zeros: for the other acts), ended ones too."""
        return [
            AppointmentRecord(start=one["from"], until=one["until"], acts=one["acts"], tenure=one["tenure"])
            for one in self._read("TrialRegistry", "appointmentsOf", trial, appointee, stream)
        ]

    def is_permitted(self, trial: bytes, party: bytes, act: int, stream: bytes = ZERO) -> bool:
        """Whether a party may do an act (a number of `codes.ACTS`) now: the sponsor, or appointed for it."""
        return bool(self._read("TrialRegistry", "isPermitted", trial, party, act, stream))

    def stream_opened_at(self, trial: bytes, writer: bytes, stream: bytes) -> int:
        """When a writer opened a stream; 0 if it did not."""
        return int(self._read("TrialRegistry", "streamOpenedAt", trial, writer, stream))

    # ----- streams -----

    def streams(self, trial: bytes) -> tuple[Stream, ...]:
        """Every stream of a trial that was ever opened, in the order of opening, from the trial's acts.

        UndeterminedError if the node does not show all acts: then it may hide a stream.
        """
        history = self.history(trial)
        if history.gap:
            raise UndeterminedError(
                f"which streams trial {trial.hex()} has cannot be told from this node: {history.gap}"
            )
        opened = [act for act in history.acts if act.name == "StreamOpened"]
        return tuple(Stream(trial, act.subject, act.actor, act.time) for act in opened)

    def head(self, trial: bytes, writer: bytes, stream: bytes, block: int | str = "latest") -> HeadState | None:
        """The present head of a writer's log; None if nothing is anchored."""
        state = self._read("TrialLog", "headOf", trial, writer, stream, block=block)
        if not state["size"]:
            return None
        return HeadState(state["size"], state["time"], state["heads"], state["root"], state["rollingDigest"])

    def heads(self, trial: bytes, writer: bytes | None = None, stream: bytes | None = None) -> tuple[Head, ...]:
        """The heads of a trial's logs as the node shows them, in their order; of one writer or stream if named.

        Whether these are all, `head_history` says of one log.
        """
        return self._heads(trial, writer, stream, self.newest())

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        """Every head of a writer's log, checked against count and rolling digest in state."""
        newest = self.newest()  # state and logs must be of the same moment
        state = self.head(trial, writer, stream, newest)
        shown = self._heads(trial, writer, stream, newest)
        return HeadHistory(state, shown, head_checks.gap(self.chain_id(), trial, writer, stream, state, shown))

    def head_of(self, log: Mapping[str, Any]) -> Head | None:
        """The head that a log (of a receipt, say) records; None if it is another contract's or no head."""
        target = contract("TrialLog")
        topics = log.get("topics") or []
        if str(log.get("address", "")).lower() != target.address or not topics:
            return None
        return self._head(dict(log)) if topics[0] == _hex(target.topic("HeadExtended")) else None

    def _heads(self, trial: bytes, writer: bytes | None, stream: bytes | None, newest: int) -> tuple[Head, ...]:
        state = self.trial(trial)
        if state is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.rpc.shown}")
        event = contract("TrialLog").topic("HeadExtended")
        topics = [None if topic is None else _hex(topic) for topic in (event, trial, stream, writer)]
        return tuple(self._head(log) for log in self._logs("TrialLog", topics, newest, since=state.created_at))

    def _head(self, log: dict[str, Any]) -> Head:
        _, values = self._decode_log(contract("TrialLog"), log)
        number, time, key = _stamp(values["stamp"])
        return Head(
            trial=values["trial"],
            writer=values["actor"],
            stream=values["stream"],
            number=number,
            size=values["size"],
            root=values["root"],
            time=time,
            key=key,
            block=_number(log["blockNumber"]),
            block_hash=str(log["blockHash"]),
            transaction=str(log["transactionHash"]),
        )

    def with_senders(self, acts: Sequence[Act]) -> list[Act]:
        """The same acts with the address that sent, and paid for, each."""
        answers = self.rpc.batch([("eth_getTransactionByHash", [act.transaction]) for act in acts])
        return [
            replace(act, sender=str(answer["from"]).lower()) if isinstance(answer, dict) else act
            for act, answer in zip(acts, answers, strict=True)
        ]

    # ----- parties -----

    def party(self, party: bytes) -> PartyRecord | None:
        """A party with every key it ever had, in the order of addition; None if this chain has no such party."""
        (number, created_at, profile), keys = self._read_all(
            [("Parties", "partyOf", (party,)), ("Parties", "keysOf", (party,))]
        )
        if not number:
            return None
        records = self._read_all([("Parties", "keyOf", (party, key)) for key in keys])
        return PartyRecord(
            party=party,
            number=number,
            created_at=created_at,
            profile=profile,
            keys=tuple(
                KeyRecord(
                    key=key,
                    purposes=record["purposes"],
                    valid_from=record["validFrom"],
                    valid_until=record["validUntil"],
                    compromised_since=record["compromisedSince"],
                    declared_at=record["declaredAt"],
                )
                for key, record in zip(keys, records, strict=True)
            ),
        )

    def party_numbered(self, number: int) -> bytes | None:
        """The id of the party with this number, as document records name their authors."""
        party: bytes = self._read("Parties", "partyNumbered", number)
        return party if any(party) else None

    def parties(self) -> list[bytes]:
        """The ids of all parties of this chain, in the order of creation."""
        count = self._read("Parties", "partyCount")
        return self._read_all([("Parties", "partyNumbered", (number,)) for number in range(1, count + 1)])

    def key_valid_at(self, party: bytes, key: str, purpose: int, time: int) -> bool:
        """Whether a key was the party's for this purpose (1 manage, 2 act, 4 stream) at `time`, past or now."""
        return bool(self._read("Parties", "keyValidAt", party, key, purpose, time))

    # ----- attestations -----

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        """All attestations about a subject and a digest of it (zeros: itself), withdrawn ones too."""
        found: list[AttestationRecord] = []
        while True:
            page = self._read("Attestations", "attestationsAbout", subject, digest, len(found), PAGE)
            for one in page:
                found.append(
                    AttestationRecord(
                        index=len(found),
                        author=one["author"],
                        kind=one["kind"],
                        code=one["code"],
                        territory=one["territory"],
                        date=one["date"],
                        time=one["time"],
                        withdrawn_at=one["withdrawnAt"],
                        document=one["document"],
                        subject=subject,
                        digest=digest,
                    )
                )
            if len(page) < PAGE:
                return found
            if len(found) > MOST_LISTED:
                raise self._odd(f"a list of more than {MOST_LISTED:,} attestations")

    def attested_events(self) -> list[AttestationRecord]:
        """All attestations of this chain as the logs tell, in their order, with the time of a withdrawal."""
        attestations = contract("Attestations")
        topics = [[_hex(attestations.topic("Attested")), _hex(attestations.topic("Withdrawn"))]]
        found: dict[tuple[bytes, bytes, int], AttestationRecord] = {}
        for log in self._logs("Attestations", topics, self.newest()):
            event, values = self._decode_log(attestations, log)
            index, time, _ = _stamp(values["stamp"])
            place = (values["subject"], values["digest"], index)
            if event == "Withdrawn":
                if place in found:
                    found[place] = replace(found[place], withdrawn_at=time)
                continue
            found[place] = AttestationRecord(
                index=index,
                author=values["author"],
                kind=values["kind"],
                code=values["code"],
                territory=values["territory"],
                date=values["date"],
                time=time,
                withdrawn_at=0,
                document=values["document"],
                subject=values["subject"],
                digest=values["digest"],
            )
        return list(found.values())

    # ----- logs -----

    def act_of(self, log: Mapping[str, Any]) -> Act | None:
        """The act that a log (of a receipt, say) records; None if it is another contract's or no act."""
        registry = contract("TrialRegistry")
        topics = log.get("topics") or []
        if str(log.get("address", "")).lower() != registry.address or not topics:
            return None
        return self._act(dict(log)) if topics[0] in self._act_topics() else None

    def _act_topics(self) -> list[str]:
        registry = contract("TrialRegistry")
        return [_hex(registry.topic(event)) for event in ACT_EVENTS]

    def _act(self, log: dict[str, Any]) -> Act:
        event, values = self._decode_log(contract("TrialRegistry"), log)
        topics = [_bytes(topic) for topic in log["topics"]]
        number, time, key = _stamp(values["stamp"])
        indexed = list(values)[:3]  # the contract's order: trial, subject, actor
        return Act(
            name=event,
            trial=topics[1],
            number=number,
            time=time,
            key=key,
            actor=topics[3],
            subject=topics[2],
            details={name: value for name, value in values.items() if name not in (*indexed, "stamp")},
            block=_number(log["blockNumber"]),
            block_hash=str(log["blockHash"]),
            transaction=str(log["transactionHash"]),
        )

    def _decode_log(self, source: ContractAbi, log: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        try:
            return source.decode_log(log)
        except (abi.AbiError, ValueError, TypeError, KeyError):
            raise self._odd(f"a log that is none of {source.name}'s") from None

    def _gap(self, state: TrialState, logs: Sequence[Mapping[str, Any]]) -> str | None:
        """What keeps these logs from being all acts of the trial; None if nothing does."""
        numbers = [int(log["data"][2:10], 16) for log in logs]
        if numbers != list(range(1, state.acts + 1)):
            missing = sorted(set(range(1, state.acts + 1)) - set(numbers))
            named = ", ".join(map(str, missing[:5])) + (" and others" if len(missing) > 5 else "")
            return f"the contract counts {state.acts} acts, the node shows {len(logs)}" + (
                f": {'act' if len(missing) == 1 else 'acts'} {named} cannot be seen" if missing else " in another order"
            )
        if (
            rolling_digest(self.chain_id(), contract("TrialRegistry").address, state.trial, logs)
            != state.rolling_digest
        ):
            return (
                f"the {len(logs)} acts that the node shows do not lead to the rolling digest in the "
                "contract: at least one of them is not what was recorded"
            )
        return None

    def _logs(self, name: str, topics: Filter, head: int, since: int | None = None) -> list[dict[str, Any]]:
        """The logs of a contract up to block `head`, in order; before the time `since` there are none.

        They are asked for at once. Where a node refuses that, as public ones do for long ranges, the blocks
        before the first possible log are left out, and the rest is asked for in pieces of a size that it takes.
        """
        wanted = {"address": contract(name).address, "topics": list(topics)}
        try:
            return self._logs_between(wanted, self.network.start_block, head)
        except (RpcError, Unreachable):
            self._read("Parties", "partyCount")  # a node that is not there at all says so here
        start = self._first_block() if since is None else self._block_at(since)
        found: list[dict[str, Any]] = []
        first = start
        too_many = max(head - start + 1, 2)
        size = too_many // 2
        while first <= head:
            last = min(first + size - 1, head)
            try:
                found += self._logs_between(wanted, first, last)
            except (RpcError, Unreachable):
                if size == 1:
                    raise
                too_many, size = size, size // 2
                continue
            first = last + 1
            # Grow towards what was refused, but do not try it again for the last quarter.
            if size * 4 < too_many * 3:
                size = (size + too_many) // 2
            if self._progress:
                self._progress(first - start, head - start + 1)
        return found

    def _logs_between(self, wanted: dict[str, Any], first: int, last: int) -> list[dict[str, Any]]:
        logs = self.rpc.call("eth_getLogs", [{**wanted, "fromBlock": hex(first), "toBlock": hex(last)}])
        try:
            kept = [log for log in logs if not log.get("removed")]
            return sorted(kept, key=lambda log: (_number(log["blockNumber"]), _number(log["logIndex"])))
        except (TypeError, KeyError, AttributeError):
            raise self._odd("logs without their members") from None

    def _first_block(self) -> int:
        """The first block that may hold a log of ours: nothing can be done before the first party exists."""
        if self._start is None:
            first = self.party_numbered(1)
            created = self._read("Parties", "partyOf", first)[1] if first else None
            # Without a party there is no log at all.
            self._start = self.newest() + 1 if created is None else self._block_at(created)
        return self._start

    def _block_at(self, time: int) -> int:
        """The first block not before `time`."""
        low, high = self.network.start_block, self.newest()
        while low < high:
            middle = (low + high) // 2
            block = self.block(middle)
            if block is None:
                raise self._odd(f"no block {middle}")
            low, high = (low, middle) if block["timestamp"] >= time else (middle + 1, high)
        return low

    # ----- calls -----

    def _read(self, name: str, function: str, *arguments: Any, block: int | str = "latest") -> Any:
        return self._read_all([(name, function, arguments)], block)[0]

    def _read_all(self, calls: Sequence[tuple[str, str, tuple[Any, ...]]], block: int | str = "latest") -> list[Any]:
        """What the contracts' functions return: calls given as (contract, function, arguments)."""
        at = block if isinstance(block, str) else hex(block)
        requests = [
            (
                "eth_call",
                [
                    {"to": contract(name).address, "data": _hex(contract(name).encode(function, *arguments))},
                    at,
                ],
            )
            for name, function, arguments in calls
        ]
        try:
            answers = self.rpc.batch(requests)
        except Reverted as error:
            from trialseal.ledger.refusals import explain

            raise UndeterminedError(f"{self.rpc.shown} cannot read the contracts: {explain(error.data)}") from None
        results = []
        for (name, function, _), answer in zip(calls, answers, strict=True):
            data = _bytes(answer)
            if not data:
                raise self._not_deployed([name])
            try:
                results.append(contract(name).decode(function, data))
            except abi.AbiError as error:
                raise self._odd(f"an answer that is none of {name}'s ({error})") from None
        return results

    def _not_deployed(self, missing: Sequence[str]) -> UndeterminedError:
        which = (
            "are no trialseal contracts"
            if len(missing) == len(NAMES)
            else f"is no {' and no '.join(missing)} of trialseal"
        )
        return UndeterminedError(
            f"there {which} on chain {self.chain_id()} at {self.rpc.shown}: run trialseal deploy, or "
            "name another network with --network"
        )

    def _odd(self, what: str) -> UndeterminedError:
        return UndeterminedError(f"the node at {self.rpc.shown} gives {what}: try another node of the same chain")


def rolling_digest(chain_id: int, registry: str, trial: bytes, logs: Iterable[Mapping[str, Any]]) -> bytes:
    """The digest that a trial's logs lead to: SHA-256 of (chain id ‖ contract ‖ trial), then log by log of
    (digest so far ‖ four topics ‖ data)."""
    rolled = sha256(chain_id.to_bytes(32, "big") + bytes.fromhex(registry[2:]).rjust(32, b"\0") + trial).digest()
    for log in logs:
        rolled = sha256(rolled + b"".join(map(_bytes, log["topics"])) + _bytes(log["data"])).digest()
    return rolled


def _stamp(stamp: int) -> tuple[int, int, str]:
    """Number, time and key of a log's stamp: 4, 8 and 20 bytes."""
    return stamp >> 224, (stamp >> 160) & 0xFFFFFFFFFFFFFFFF, f"0x{stamp & ((1 << 160) - 1):040x}"


def _registry_id(number: bytes | str) -> bytes:
    plain = number.encode("ascii") if isinstance(number, str) else number
    return plain.ljust(32, b"\0")


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: Any) -> bytes:
    """Bytes of an answer; UndeterminedError if it holds something else."""
    try:
        return bytes.fromhex(text[2:])
    except (TypeError, ValueError):
        raise UndeterminedError("the node answers with something that is no hexadecimal data: try another") from None


def _number(text: Any) -> int:
    """A number of an answer; UndeterminedError if it holds something else."""
    try:
        return int(text, 16)
    except (TypeError, ValueError):
        raise UndeterminedError("the node answers with something that is no number: try another") from None
