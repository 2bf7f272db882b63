"""The contracts as the package carries them: addresses, calldata, logs, errors. All from `artifacts.json`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from trialseal.ledger import abi
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.shipped import beside

NAMES = ("Parties", "Attestations", "TrialRegistry", "TrialLog", "BoardAccount", "BoardAccounts")
_DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


class ContractAbi:
    """One contract: where it is on every chain, and how to speak with it."""

    def __init__(self, name: str, artifact: dict[str, Any], addresses: dict[str, str]) -> None:
        self.name = name
        self.address: str = artifact["address"]  # 0x and lower case
        self.abi: list[dict[str, Any]] = artifact["abi"]
        self._artifact = artifact
        self._links = [addresses[link] for link in artifact["links"]]

    # ----- calls -----

    def encode(self, function: str, *arguments: Any) -> bytes:
        """The calldata of a call; abi.AbiError if an argument does not fit."""
        return self._selectors[function] + abi.encode(self._functions[function]["inputs"], arguments)

    def inputs(self, function: str) -> list[dict[str, Any]]:
        """What a function takes, as the ABI has it."""
        found: list[dict[str, Any]] = self._functions[function]["inputs"]
        return found

    def decode(self, function: str, data: bytes) -> Any:
        """What a function returned: the value, or a tuple of them; a struct is a dict."""
        values = abi.decode(self._functions[function]["outputs"], data)
        return values[0] if len(values) == 1 else tuple(values)

    # ----- logs and errors -----

    def topic(self, event: str) -> bytes:
        """The first topic of an event's logs."""
        return self._topics[event]

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> tuple[str, dict[str, Any]]:
        """Name and members of the event that a log with these topics and data is; AbiError if it is none of ours."""
        known = self._events_by_topic.get(topics[0] if topics else b"")
        if known is None:
            raise abi.AbiError(f"the log is no event of {self.name}")
        if len(topics) != 1 + len(known.indexed):
            raise abi.AbiError(f"{known.name} has {1 + len(known.indexed)} topics, not {len(topics)}")
        values = dict(zip(known.indexed, known.of_topics(b"".join(topics[1:])), strict=True))
        values.update(zip(known.others, known.of_data(data), strict=True))
        return known.name, values

    def decode_error(self, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Name and members of the error that a call reverted with; None if it is none of this contract's."""
        for signature, selector in self._artifact["errors"].items():
            if data[:4].hex() == selector[2:]:
                name = signature.split("(")[0]
                inputs = next(one for one in self.abi if one["type"] == "error" and one["name"] == name)["inputs"]
                try:
                    return name, _named(inputs, abi.decode(inputs, data[4:]))
                except abi.AbiError:
                    return None
        return None

    # ----- storage -----

    def storage(self, variable: str) -> tuple[int, Any]:
        """Slot and type of a variable, by the compiler's layout as artifacts.json has it; KeyError if there is none."""
        found = self._variables[variable]
        return found["slot"], found["type"]

    @cached_property
    def _variables(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self._artifact["storage"]}

    # ----- code -----

    @property
    def deployment_code(self) -> bytes:
        """What the deployer creates the contract from: the init code and its arguments."""
        arguments = b"".join(bytes.fromhex(link[2:]).rjust(abi.WORD, b"\0") for link in self._links)
        return bytes.fromhex(self._artifact["initCode"][2:]) + arguments

    def runtime_code(self, chain_id: int) -> bytes:
        """The code that this contract has on a chain: its construction put in what the compiler left open."""
        code = bytearray.fromhex(self._artifact["runtimeCode"][2:])
        for name, entry in self._artifact["immutables"].items():
            value = self._of_chain(name, chain_id) if entry["value"] is None else bytes.fromhex(entry["value"][2:])
            for place in entry["places"]:
                code[place : place + abi.WORD] = value
        return bytes(code)

    def code_hash(self, chain_id: int) -> bytes:
        """Keccak-256 of the code on a chain, as an account's proof has it. The artifacts carry it for known chains.

        The code names its chain, so that the hash also proves on which chain the contract was deployed.
        """
        known = self._artifact["chains"].get(str(chain_id))
        return bytes.fromhex(known["codeHash"][2:]) if known else keccak256(self.runtime_code(chain_id))

    def _of_chain(self, name: str, chain_id: int) -> bytes:
        """The value of an immutable that differs from chain to chain."""
        chain = chain_id.to_bytes(abi.WORD, "big")
        if name == "_cachedChainId":
            return chain
        known = self._artifact["chains"].get(str(chain_id))
        if known:
            return bytes.fromhex(known["domainSeparator"][2:])
        values = [self._artifact["immutables"][one]["value"] for one in ("_hashedName", "_hashedVersion")]
        names = b"".join(bytes.fromhex(value[2:]) for value in values)
        return keccak256(keccak256(_DOMAIN) + names + chain + bytes.fromhex(self.address[2:]).rjust(abi.WORD, b"\0"))

    @cached_property
    def _functions(self) -> dict[str, dict[str, Any]]:
        return {item["name"]: item for item in self.abi if item["type"] == "function"}

    @cached_property
    def _selectors(self) -> dict[str, bytes]:
        return {key.split("(")[0]: bytes.fromhex(v[2:]) for key, v in self._artifact["functions"].items()}

    @cached_property
    def _events(self) -> dict[str, dict[str, Any]]:
        return {item["name"]: item for item in self.abi if item["type"] == "event"}

    @cached_property
    def _topics(self) -> dict[str, bytes]:
        return {key.split("(")[0]: bytes.fromhex(v[2:]) for key, v in self._artifact["events"].items()}

    @cached_property
    def _events_by_topic(self) -> dict[bytes, _Event]:
        return {topic: _Event.of(name, self._events[name]["inputs"]) for name, topic in self._topics.items()}


class _Event(NamedTuple):
    """An event, and what reads its logs."""

    name: str
    indexed: tuple[str, ...]
    """The names of the members that are topics."""
    others: tuple[str, ...]
    of_topics: Callable[[bytes], list[Any]]
    of_data: Callable[[bytes], list[Any]]

    @classmethod
    def of(cls, name: str, inputs: list[dict[str, Any]]) -> _Event:
        indexed, others = ([one for one in inputs if one["indexed"] is wanted] for wanted in (True, False))
        topics, members = (tuple(one["name"] for one in some) for some in (indexed, others))
        return cls(name, topics, members, abi.decoder(indexed), abi.decoder(others))


@cache
def contract(name: str) -> ContractAbi:
    """One of our contracts by its name; KeyError if there is none."""
    artifacts = _artifacts()["contracts"]
    addresses = {one: artifact["address"] for one, artifact in artifacts.items()}
    return ContractAbi(name, artifacts[name], addresses)


def deployer() -> tuple[str, bytes]:
    """Address of the CREATE2 deployer, the same on every chain, and the salt of our contracts."""
    entry = _artifacts()["deployer"]
    return entry["address"], bytes.fromhex(entry["salt"][2:])


def decode_error(data: bytes) -> tuple[str, dict[str, Any]] | None:
    """Name and members of a custom error of any of the contracts: one reverts with another's too."""
    for name in NAMES:
        found = contract(name).decode_error(data)
        if found:
            return found
    return None


@cache
def _artifacts() -> Any:
    return json.loads(beside(__name__, "artifacts.json"))


def _named(parameters: list[dict[str, Any]], values: list[Any]) -> dict[str, Any]:
    return {parameter["name"]: value for parameter, value in zip(parameters, values, strict=True)}
