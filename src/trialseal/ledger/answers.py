"""What a node may answer to each method that is asked here; whatever has another form is no answer.

Checked once, where answers come in, so that no reader further on meets a list where a number should be.
Forms: https://github.com/ethereum/execution-apis.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_WORD = re.compile(r"0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
# Numbers of blocks, chain ids, times and places of logs: what is larger could only keep a reader busy or be
# no date.
_LARGEST_NUMBER = 1 << 53


def fault(method: str, result: Any) -> str | None:
    """What is wrong with the form of a method's result; None if nothing is, or the method is not known here."""
    check = _CHECKS.get(method)
    return None if check is None or check(result) else f"{method} gave {_described(result)}"


def _described(result: Any) -> str:
    """What a result is, without its words."""
    if result is None:
        return "nothing"
    names: dict[type, str] = {
        dict: "an object with unfit or missing members",
        list: "a list with unfit entries",
        str: "a text of another form",
        bool: "true or false",
    }
    return names.get(type(result), "a number that is not in hexadecimal digits")


def _text(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


_quantity, _data, _word, _address = _text(_QUANTITY), _text(_DATA), _text(_WORD), _text(_ADDRESS)


def _number(value: Any) -> bool:
    return _quantity(value) and int(value, 16) < _LARGEST_NUMBER


def _nothing_or(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def _members(**checks: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """An object whose members, as far as they are named here, are there and have their form."""
    return lambda value: isinstance(value, dict) and all(check(value.get(name)) for name, check in checks.items())


def _list(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


_log = _members(
    address=_address,
    topics=lambda topics: _list(_word)(topics) and len(topics) <= 4,
    data=_data,
    blockNumber=_number,
    blockHash=_word,
    transactionHash=_word,
    logIndex=_number,
)
_block = _members(number=_number, hash=_word, timestamp=_number, baseFeePerGas=_nothing_or(_quantity))
_proof = _members(accountProof=_list(_data), storageProof=_list(_members(proof=_list(_data))))
_receipt = _members(
    transactionHash=_word,
    blockNumber=_number,
    blockHash=_word,
    gasUsed=_number,
    status=_nothing_or(_quantity),
    logs=_list(_log),
)
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "eth_blockNumber": _number,
    "eth_call": _data,
    "eth_chainId": _quantity,
    "eth_estimateGas": _number,
    "eth_gasPrice": _quantity,
    "eth_getBalance": _quantity,
    "eth_getBlockByHash": _nothing_or(_block),
    "eth_getBlockByNumber": _nothing_or(_block),
    "eth_getCode": _nothing_or(_data),
    "eth_getLogs": _list(_log),
    "eth_getProof": _nothing_or(_proof),
    "eth_getStorageAt": _data,
    "eth_getTransactionByHash": _nothing_or(_members(**{"from": _address})),
    "eth_getTransactionCount": _number,
    "eth_getTransactionReceipt": _nothing_or(_receipt),
    "eth_maxPriorityFeePerGas": _quantity,
    "eth_sendRawTransaction": _word,
    "web3_clientVersion": lambda value: isinstance(value, str),
}
