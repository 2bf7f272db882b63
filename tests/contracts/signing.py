"""Acts signed by a key and sent by somebody else, as EIP-712 has it; a contract account's signature by its members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import brownie
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount

from .chain import raw
from .stage import digest

# The primary type of each act; its members are those of the struct that the act's function takes.
TYPES = {
    "createParty": "CreateParty", "addKey": "AddKey", "revokeKey": "RevokeKey", "vetoKey": "VetoKey",
    "declareCompromise": "DeclareCompromise", "contestCompromise": "ContestCompromise",
    "changeProfile": "ChangeProfile",
    "attest": "Attest", "withdraw": "Withdraw",
    "register": "RegisterTrial", "seal": "SealDocument", "recordMilestone": "RecordMilestone",
    "reportResult": "ReportResult", "claimRegistryId": "ClaimRegistryId",
    "withdrawRegistryId": "WithdrawRegistryId", "appoint": "Appoint", "shortenAppointment": "ShortenAppointment",
    "offerTransfer": "OfferTransfer", "vetoOffer": "VetoOffer",
    "acceptTransfer": "AcceptTransfer", "nameRole": "NameRole", "openStream": "OpenStream",
    "extend": "ExtendStream",
}  # fmt: skip
AUTHORIZATION = [("signer", "address"), ("nonce", "uint256"), ("deadline", "uint64")]
FAR = 4_000_000_000  # a deadline, Unix seconds


def local_key(name: str) -> LocalAccount:
    """A key whose private part the tests hold; it has no ether."""
    account: LocalAccount = Account.from_key(digest(f"key of {name}"))
    return account


def domain(contract: Any, **changes: Any) -> dict[str, Any]:
    """The EIP-712 domain of a contract on this chain."""
    name = f"trialseal {contract._name}"
    return {"name": name, "version": "1", "chainId": brownie.chain.id, "verifyingContract": contract.address, **changes}


def typed_data(
    contract: Any, function: Any, struct: Sequence[Any], signer: str, nonce: int, deadline: int = FAR,
    type_name: str | None = None, **domain_changes: Any,
) -> SignableMessage:  # fmt: skip
    """What a key signs for an act."""
    act = function.abi["name"]
    members = [(one["name"], one["type"]) for one in function.abi["inputs"][0]["components"]] + AUTHORIZATION
    values = [*struct, signer, nonce, deadline]
    types = {type_name or TYPES[act]: [{"name": name, "type": kind} for name, kind in members]}
    message = {name: value for (name, _), value in zip(members, values, strict=True)}
    return encode_typed_data(domain(contract, **domain_changes), types, message)


def signed(
    contract: Any, function: Any, arguments: Sequence[Any], key: LocalAccount, nonce: int = 0, deadline: int = FAR,
    by: LocalAccount | None = None, **changes: Any,
) -> tuple[bytes, tuple[Any, ...]]:  # fmt: skip
    """The two arguments of `relay`: the act's calldata, and the authorization. `by` is who signs in truth."""
    message = typed_data(contract, function, arguments[0], key.address, nonce, deadline, **changes)
    signature = bytes((by or key).sign_message(message).signature)
    return raw(function.encode_input(*arguments)), (key.address, nonce, deadline, signature)


def board_signature(message: SignableMessage, members: Sequence[LocalAccount]) -> bytes:
    """What a `BoardAccount` takes for a signature: those of its members, in ascending order of their addresses."""
    ordered = sorted(members, key=lambda member: raw(member.address))
    return b"".join(bytes(member.sign_message(message).signature) for member in ordered)
