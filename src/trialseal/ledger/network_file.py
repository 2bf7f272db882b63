"""One network's entry in a network file: which chain, whose nodes, whose validators. The format: docs/networks.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from trialseal.errors import UsageError
from trialseal.ledger.reference.validators import Validator, ValidatorList
from trialseal.values import Value

_MEMBERS = {
    "url",
    "operator",
    "endpoints",
    "chain_id",
    "genesis",
    "start_block",
    "mine",
    "validators",
    "finality",
    "tried",
    "currency",
    "explorer",
    "max_fee_gwei",
    "per_ether",
}
_HASH = re.compile("0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")
_LONGEST_NAME = 200
GWEI = 10**9


class NetworkNode(Value):
    """A node of a network, and who runs it."""

    url: str
    operator: str


class Network(Value):
    """A chain's nodes: the URL of the one that is read, the id that the chain must have, who vouches for its blocks."""

    name: str
    url: str
    chain_id: int | None = None
    start_block: int = 0  # the first that may hold our logs
    genesis: str | None = None  # hash that the chain's first block must have
    currency: str | None = None  # in which costs are shown beside ether, such as EUR
    per_ether: float | None = None  # what an ether costs in it
    most_per_gas: int | None = None  # wei that a unit of gas may cost
    explorer: str | None = None  # address of a page about a transaction, without its hash
    mine: bool = False  # the reader says: the node at `url` is mine
    operator: str | None = None  # who runs the node at `url`
    endpoints: tuple[NetworkNode, ...] = ()  # further nodes
    validators: tuple[ValidatorList, ...] = ()  # of a consortium's chain, in the order of their blocks
    finality: str | None = None  # in words
    tried: bool = True  # False: nobody has run trialseal on it yet

    @property
    def nodes(self) -> tuple[NetworkNode, ...]:
        """All its nodes, the one that is read first."""
        return (NetworkNode(self.url, self.operator or self.name), *self.endpoints)


def network(where: str, name: str, entry: object) -> Network:
    """The network that an entry describes; UsageError in one sentence if it has another form."""
    if not isinstance(entry, dict):
        raise UsageError(f'{where}: {name} needs a URL: {{"url": "https://…", "chain_id": 11155111}}')
    if unknown := sorted(set(entry) - _MEMBERS):
        raise UsageError(f"{where}: {name} has {unknown[0]}, which is none of {', '.join(sorted(_MEMBERS))}")
    said = _Entry(where, name, entry)
    endpoints = said.endpoints()
    url, operator = entry.get("url"), said.text("operator")
    if url is None and endpoints:
        url, operator, endpoints = endpoints[0].url, endpoints[0].operator, endpoints[1:]
    currency, per_ether = said.price()
    return Network(
        name=name,
        url=said.url(url) if url is not None else "",
        chain_id=said.number("chain_id"),
        start_block=said.number("start_block") or 0,
        genesis=said.genesis(),
        currency=currency,
        per_ether=per_ether,
        most_per_gas=said.most_per_gas(),
        explorer=said.url(entry["explorer"]) if "explorer" in entry else None,
        mine=said.flag("mine", False),
        operator=operator,
        endpoints=endpoints,
        validators=said.validators(),
        finality=said.text("finality"),
        tried=said.flag("tried", True),
    )


class _Entry:
    """Reads an entry's members, each with a sentence for another form."""

    def __init__(self, where: str, name: str, entry: Mapping[str, Any]) -> None:
        self._where, self._name, self._entry = where, name, entry

    def number(self, member: str) -> int | None:
        value = self._entry.get(member)
        if value is not None and (type(value) is not int or value < 0):
            raise self._wrong(f"{member} of {self._name} must be a whole number")
        return value

    def flag(self, member: str, otherwise: bool) -> bool:
        value = self._entry.get(member, otherwise)
        if not isinstance(value, bool):
            raise self._wrong(f"{member} of {self._name} must be true or false")
        return value

    def text(self, member: str) -> str | None:
        value = self._entry.get(member)
        return None if value is None else self._text(value, f"{member} of {self._name}")

    def genesis(self) -> str | None:
        value = self._entry.get("genesis")
        if value is not None and not (isinstance(value, str) and _HASH.fullmatch(value)):
            raise self._wrong(f"genesis of {self._name} must be the hash of the chain's first block, 0x and 64 digits")
        return value

    def price(self) -> tuple[str | None, float | None]:
        currency, per_ether = self._entry.get("currency"), self._entry.get("per_ether")
        if (currency is None) != (per_ether is None) or not (
            currency is None or re.fullmatch("[A-Z]{3}", str(currency))
        ):
            raise self._wrong(
                f'{self._name} needs both currency and per_ether, like "currency": "EUR", "per_ether": 2500'
            )
        if per_ether is not None and (isinstance(per_ether, bool) or not isinstance(per_ether, int | float)):
            raise self._wrong(f"per_ether of {self._name} must be a number, what an ether costs in {currency}")
        return currency, None if per_ether is None else float(per_ether)

    def most_per_gas(self) -> int | None:
        value = self._entry.get("max_fee_gwei")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise self._wrong(f"max_fee_gwei of {self._name} must be a number above 0, what a unit of gas may cost")
        return int(value * GWEI)

    def url(self, value: object) -> str:
        if not isinstance(value, str) or not value.lower().startswith(("http://", "https://")):
            raise self._wrong(f"the URL of {self._name} must begin with http:// or https://")
        return value

    def endpoints(self) -> tuple[NetworkNode, ...]:
        found = []
        for number, one in enumerate(self._list("endpoints"), 1):
            if not isinstance(one, dict) or one.keys() != {"url", "operator"}:
                raise self._wrong(f"endpoint {number} of {self._name} must have url and operator, and no more")
            operator = self._text(one["operator"], f"the operator of endpoint {number} of {self._name}")
            found.append(NetworkNode(self.url(one["url"]), operator))
        return tuple(found)

    def validators(self) -> tuple[ValidatorList, ...]:
        found = []
        for number, one in enumerate(self._list("validators"), 1):
            what = f"list {number} of the validators of {self._name}"
            if not isinstance(one, dict) or one.keys() != {"from_block", "members"}:
                raise self._wrong(f"{what} must have from_block and members, and no more")
            if type(one["from_block"]) is not int or one["from_block"] < 0 or not isinstance(one["members"], list):
                raise self._wrong(f"{what} must have a whole number as from_block, and a list of members")
            members = tuple(self._validator(m, what) for m in one["members"])
            if not members or len({m.address for m in members}) != len(members):
                raise self._wrong(f"{what} must name at least one validator, and none twice")
            found.append(ValidatorList(one["from_block"], members))
        blocks = [one.from_block for one in found]
        if blocks != sorted(set(blocks)):
            raise self._wrong(f"the lists of validators of {self._name} must be in the order of their blocks")
        return tuple(found)

    def _validator(self, one: object, what: str) -> Validator:
        if not isinstance(one, dict) or one.keys() != {"address", "organisation"}:
            raise self._wrong(f"a member of {what} must have address and organisation, and no more")
        address = one["address"]
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise self._wrong(f"an address in {what} must be 0x and 40 hexadecimal digits")
        return Validator(address.lower(), self._text(one["organisation"], f"an organisation in {what}"))

    def _list(self, member: str) -> list[Any]:
        value = self._entry.get(member, [])
        if not isinstance(value, list):
            raise self._wrong(f"{member} of {self._name} must be a list")
        return value

    def _text(self, value: object, what: str) -> str:
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST_NAME:
            raise self._wrong(f"{what} must be a line of text")
        return value

    def _wrong(self, words: str) -> UsageError:
        return UsageError(f"{self._where}: {words}")
