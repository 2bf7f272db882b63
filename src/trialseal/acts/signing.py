"""Signing acts for others to send: by a key of this computer, or one that answers for itself elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from trialseal.acts.act import Act
from trialseal.acts.signed import Signature, SignedAct
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import SMALL, read_small, write_json
from trialseal.kept_json import value_of
from trialseal.ledger.rpc import Rpc, RpcError
from trialseal.ledger.typed_data import Authorization, signed_by

DAY: Final = 86_400
GOOD_FOR: Final = 30 * DAY
"""How long a signed act may be recorded, where nothing else is said; seconds."""
_FIRST_NUMBERS: Final = 1 << 40
_WORD: Final = 256
"""So many nonces of a key share a storage slot: those after the first of them cost less gas."""
_ASKING: Final = 120.0
_NO_SUCH_METHOD: Final = -32601  # JSON-RPC 2.0, section 5.1


class TypedSigner(Protocol):
    """Signs typed data."""

    @property
    def address(self) -> str:
        """The key, 0x and lower case."""

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        """65 bytes: r, s, v."""


class RemoteSigner:
    """A signer elsewhere: Web3Signer, the bridge of a hardware wallet, Clef."""

    def __init__(self, url: str, address: str) -> None:
        self.address = address.lower()
        self._rpc = Rpc(url, timeout=_ASKING)  # a person may have to press a button

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        """Asks the signer. FailedError where it refuses or signs with another key, UndeterminedError where it hangs."""
        try:
            answer = self._signature(data)
        except RpcError as error:
            raise FailedError(f"the signer at {self._rpc.shown} refuses: {error.message}") from None
        except UndeterminedError as error:
            raise UndeterminedError(
                f"the signer has not signed ({error}): start it, answer what it asks, and run the same command again"
            ) from None
        try:
            signature = bytes.fromhex(answer.removeprefix("0x"))
        except (AttributeError, ValueError):
            raise UndeterminedError(f"the signer at {self._rpc.shown} answers with no signature") from None
        if signed_by(data, signature) != self.address:
            raise FailedError(f"the signer at {self._rpc.shown} signed with another key than {self.address}")
        return signature

    def _signature(self, data: dict[str, Any]) -> Any:
        try:
            return self._rpc.call("eth_signTypedData_v4", [self.address, data])
        except RpcError as error:
            if error.code != _NO_SUCH_METHOD:
                raise
        return self._rpc.call("account_signTypedData", [self.address, data])  # so Clef calls it


def sign(acts: Sequence[SignedAct], signer: TypedSigner, *, safe: bool = False) -> tuple[SignedAct, ...]:
    """The acts with a signature of this signer; `safe`: as an owner of the Safe that is their key."""
    return tuple(
        one.with_signature(
            Signature(signer.address, signer.sign_typed(one.safe_message if safe else one.typed_data), safe)
        )
        for one in acts
    )


def unsigned(acts: Sequence[Act], chain_id: int, key: str, deadline: int, nonces: Sequence[int]) -> list[SignedAct]:
    """The acts as this key is to sign them."""
    for act in acts:
        if act.key and act.key != key:
            raise UsageError(f"{act.words}: only key {act.key} can do this, and {key} is to sign")
    return [
        SignedAct(act, Authorization(key, nonce, deadline), chain_id) for act, nonce in zip(acts, nonces, strict=True)
    ]


def take_nonces(home: Path, chain_id: int, key: str, number: int) -> list[int]:
    """Numbers that this key has not used from this home, kept before they are given out.

    They begin at random, so that the same key on two computers does not use one number twice, and go on one by one.
    """
    path = home / "nonces" / f"{chain_id}-{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("a") as lock:
        _alone(lock)
        first = _next(path)
        write_json(path, {"next": first + number})
    return list(range(first, first + number))


def _next(path: Path) -> int:
    try:
        found = value_of(read_small(path, SMALL))["next"]
    except FileNotFoundError:
        return int.from_bytes(os.urandom(4)) * _WORD
    except (OSError, ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, int) or not 0 <= found < 2 * _FIRST_NUMBERS:
        raise UsageError(f"{path} cannot be read: delete that file, and new numbers are taken")
    return found


def _alone(file: Any) -> None:
    with suppress(ImportError):  # not there on Windows
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
