"""Endpoint sets: what moves a leaf and what does not."""

from __future__ import annotations

import copy
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from trialseal.documents import endpoints
from trialseal.documents.canonical import read_json
from trialseal.documents.models import parse_document
from trialseal.errors import FailedError

DOCUMENTS = Path(__file__).parents[2] / "vectors" / "documents"


def protocol(name: str) -> dict[str, Any]:
    value = read_json(DOCUMENTS / f"{name}.json")
    assert isinstance(value, dict)
    return value


def test_an_endpoint_that_an_amendment_leaves_alone_keeps_its_leaf() -> None:
    first, second = (endpoints.endpoint_leaves(protocol(f"protocol-v{n}")) for n in (1, 2))
    assert first[:2] == second[:2]
    assert first[2] != second[2]
    assert endpoints.endpoint_root(protocol("protocol-v1")) != endpoints.endpoint_root(protocol("protocol-v2"))


def test_the_order_of_keys_does_not_count_and_that_of_endpoints_does() -> None:
    one = protocol("protocol-v1")
    turned = {**one, "endpoints": [dict(reversed(endpoint.items())) for endpoint in one["endpoints"]]}
    assert endpoints.endpoint_root(turned) == endpoints.endpoint_root(one)
    moved = {**one, "endpoints": one["endpoints"][::-1]}
    assert endpoints.endpoint_root(moved) != endpoints.endpoint_root(one)


def test_one_changed_digit_moves_the_leaf() -> None:
    one = protocol("protocol-v1")
    other = copy.deepcopy(one)
    other["endpoints"][0]["time_points"][0]["value"] = 13
    assert endpoints.endpoint_leaves(one)[0] != endpoints.endpoint_leaves(other)[0]
    assert endpoints.endpoint_leaves(one)[1:] == endpoints.endpoint_leaves(other)[1:]


def test_a_nonce_hides_the_endpoint() -> None:
    plain, hidden = (endpoints.endpoint_leaves(protocol(f"protocol-{n}")) for n in ("v1", "embargo"))
    assert not set(plain) & set(hidden)


def test_endpoint_index() -> None:
    assert endpoints.endpoint_index(protocol("protocol-v1"), "S2") == 2
    with pytest.raises(FailedError, match="there is no endpoint S3 in the document: it has P1, S1, S2"):
        endpoints.endpoint_index(protocol("protocol-v1"), "S3")


@pytest.mark.parametrize("value", [None, [], {}, "P1", [1], [{"id": "P1"}, None]])
def test_what_is_no_endpoint_set(value: object) -> None:
    with pytest.raises(FailedError, match="endpoints"):
        endpoints.endpoint_leaves({"endpoints": value})


def test_an_embargo_gives_each_endpoint_a_nonce_and_keeps_those_there() -> None:
    numbers = count(1)

    def new_nonce() -> bytes:
        return next(numbers).to_bytes(32, "big")

    once = endpoints.under_embargo(protocol("protocol-v1"), new_nonce)
    parse_document(once, "embargo")
    assert endpoints.under_embargo(once, new_nonce) == once
    assert "nonce" not in protocol("protocol-v1")
    amended = {**protocol("protocol-v2"), "endpoints": [*once["endpoints"], {"id": "S3"}]}  # type: ignore[misc]
    later = endpoints.under_embargo(amended, new_nonce)
    assert endpoints.endpoint_leaves(later)[:3] == endpoints.endpoint_leaves(once)


def test_the_reading_path_is_light() -> None:
    """`verify` starts within a fraction of what pydantic alone takes to import."""
    code = (
        "import sys\n"
        "from trialseal.documents import canonical, endpoints, identifiers, territories\n"
        "from trialseal.merkle import tree\n"
        "heavy = {'pydantic', 'web3', 'eth_account', 'eth_abi', 'pandas', 'brownie', 'inspect', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
