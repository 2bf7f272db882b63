"""What a key signs for an act that somebody else sends: EIP-712 typed data, as `eth_signTypedData_v4` takes it.

The message of an act has the members of its function's struct, then `signer`, `nonce` and `deadline`; the domain is the
contract's, 'trialseal NAME' in version 1 on one chain (IRelayed.sol).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.signatures import signer_of

# The primary type of each act, by contract and function. The contracts have them as constants.
_TYPES: Final = {
    "Parties": {
        "createParty": "CreateParty",
        "addKey": "AddKey",
        "revokeKey": "RevokeKey",
        "vetoKey": "VetoKey",
        "declareCompromise": "DeclareCompromise",
        "contestCompromise": "ContestCompromise",
        "changeProfile": "ChangeProfile",
    },
    "Attestations": {"attest": "Attest", "withdraw": "Withdraw"},
    "TrialRegistry": {
        "register": "RegisterTrial",
        "seal": "SealDocument",
        "recordMilestone": "RecordMilestone",
        "reportResult": "ReportResult",
        "claimRegistryId": "ClaimRegistryId",
        "withdrawRegistryId": "WithdrawRegistryId",
        "appoint": "Appoint",
        "shortenAppointment": "ShortenAppointment",
        "offerTransfer": "OfferTransfer",
        "vetoOffer": "VetoOffer",
        "acceptTransfer": "AcceptTransfer",
        "nameRole": "NameRole",
        "openStream": "OpenStream",
    },
    "TrialLog": {"extend": "ExtendStream"},
}
_DOMAIN: Final = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
_AUTHORIZATION: Final = (("signer", "address"), ("nonce", "uint256"), ("deadline", "uint64"))


class Authorization(NamedTuple):
    """Who signs an act, with which number, until when."""

    key: str
    """The key that acts, 0x and lower case: an account, or a contract that signs by ERC-1271."""
    nonce: int
    """Any number that this key has not used at this contract; their order does not matter."""
    deadline: int
    """The last second, Unix time, at which the act may be recorded."""


class Meant(NamedTuple):
    """What typed data says: which act of which contract on which chain, and by whose authority."""

    chain_id: int
    contract: str
    function: str
    struct: tuple[Any, ...]
    """The members of the function's struct, in order; ids are bytes, keys 0x and lower case."""
    authorization: Authorization


class NotOurs(ValueError):
    """Typed data that is for no act of these contracts; the text says why."""


def typed_data(meant: Meant) -> dict[str, Any]:
    """The EIP-712 typed data of an act, as JSON has it: bytes and addresses as 0x and lower case, numbers as such."""
    target = contract(meant.contract)
    primary = _TYPES[meant.contract][meant.function]
    members = _members(meant.contract, meant.function)
    values = (*meant.struct, *meant.authorization)
    return {
        "types": {
            "EIP712Domain": _DOMAIN,
            primary: [{"name": name, "type": kind} for name, kind in members],
        },
        "primaryType": primary,
        "domain": {
            "name": f"trialseal {meant.contract}",
            "version": "1",
            "chainId": meant.chain_id,
            "verifyingContract": target.address,
        },
        "message": {name: _as_json(value) for (name, _), value in zip(members, values, strict=True)},
    }


def read_typed_data(data: Any) -> Meant:
    """What typed data says. NotOurs unless it is, member for member, what `typed_data` makes of that."""
    domain, message = _part(data, "domain"), _part(data, "message")
    address = str(domain.get("verifyingContract", "")).lower()
    name = next((one for one in _TYPES if contract(one).address == address), None)
    if name is None:
        raise NotOurs(f"its domain names the contract {address[:50] or '(none)'}, which is none of trialseal's")
    functions = {primary: function for function, primary in _TYPES[name].items()}
    function = functions.get(str(data.get("primaryType")))
    if function is None:
        raise NotOurs(f"its primary type is no act of {name}")
    try:
        values = [_value(kind, message[member]) for member, kind in _members(name, function)]
        chain_id = domain["chainId"]
    except (KeyError, ValueError, TypeError, AttributeError):  # the last: a number where hexadecimal text belongs
        raise NotOurs(f"its message lacks a member of {name}.{function}, or one is of another type") from None
    if not isinstance(chain_id, int) or isinstance(chain_id, bool) or not 0 <= chain_id < 1 << 256:
        raise NotOurs("its domain names no chain")
    meant = Meant(chain_id, name, function, tuple(values[:-3]), Authorization(*values[-3:]))
    if typed_data(meant) != data:
        raise NotOurs(f"its domain, its types or its members are not those of {name}.{function}")
    return meant


def digest_of(data: dict[str, Any]) -> bytes:
    """The 32 bytes that a signature of typed data is over: keccak256(0x19 0x01 ‖ domain separator ‖ struct hash).

    `data` is what this room makes: no member is a struct or an array.
    """
    types = data["types"]
    domain = _struct_hash("EIP712Domain", types["EIP712Domain"], data["domain"])
    return keccak256(
        b"\x19\x01" + domain + _struct_hash(data["primaryType"], types[data["primaryType"]], data["message"])
    )


def _struct_hash(name: str, members: Sequence[dict[str, str]], values: dict[str, Any]) -> bytes:
    """EIP-712's hashStruct of a struct without structs: its type's hash, then each member as one word."""
    listed = ",".join(f"{one['type']} {one['name']}" for one in members)
    kind = f"{name}({listed})"
    words = [keccak256(kind.encode()), *(_word(one["type"], values[one["name"]]) for one in members)]
    return keccak256(b"".join(words))


def _word(kind: str, value: Any) -> bytes:
    """A member as EIP-712 encodes it, 32 bytes: text and bytes of any length by their hash."""
    if kind == "string":
        return keccak256(value.encode())
    if kind in ("bytes", "bytes32", "address"):
        raw = bytes.fromhex(value.removeprefix("0x"))
        return keccak256(raw) if kind == "bytes" else raw.rjust(32, b"\0")
    return int(value).to_bytes(32)


def safe_message(chain_id: int, safe: str, digest: bytes) -> dict[str, Any]:
    """The typed data by which an owner of a Safe signs a digest for it (its CompatibilityFallbackHandler)."""
    return {
        "types": {"EIP712Domain": _DOMAIN[2:], "SafeMessage": [{"name": "message", "type": "bytes"}]},
        "primaryType": "SafeMessage",
        "domain": {"chainId": chain_id, "verifyingContract": safe},
        "message": {"message": "0x" + digest.hex()},
    }


def signed_by(data: dict[str, Any], signature: bytes) -> str | None:
    """The address whose signature over typed data this is, 0x and lower case; None if it is none of an account."""
    return signer_of(digest_of(data), signature)


def relaying(meant: Meant, beside: Sequence[Any], signature: bytes) -> bytes:
    """The calldata by which anybody sends a signed act. `beside`: the function's arguments after its struct."""
    act = contract(meant.contract).encode(meant.function, meant.struct, *beside)
    return contract(meant.contract).encode("relay", act, (*meant.authorization, signature))


def _members(name: str, function: str) -> list[tuple[str, str]]:
    """Name and type of each member of an act's message."""
    struct = contract(name).inputs(function)[0]["components"]
    return [*((one["name"], one["type"]) for one in struct), *_AUTHORIZATION]


def _as_json(value: Any) -> Any:
    return "0x" + value.hex() if isinstance(value, bytes) else value


def _value(kind: str, value: Any) -> Any:
    """A member from JSON. ValueError or TypeError if it is not of its type."""
    if kind == "bytes32":
        found = bytes.fromhex(value.removeprefix("0x"))
        if len(found) != 32:
            raise ValueError
        return found
    if kind == "address":
        if len(bytes.fromhex(value.removeprefix("0x"))) != 20:
            raise ValueError
        return value
    if kind == "bool":
        if not isinstance(value, bool):
            raise TypeError
        return value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << int(kind.removeprefix("uint")):
        raise TypeError
    return value


def _part(data: Any, name: str) -> dict[str, Any]:
    part = data.get(name) if isinstance(data, dict) else None
    if not isinstance(part, dict):
        raise NotOurs(f"it has no {name}")
    return part
