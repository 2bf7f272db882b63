"""Endpoint sets on the light path: leaves, root and place of an endpoint, from a document as parsed JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import FailedError
from trialseal.merkle import tree


def endpoint_leaf(endpoint: Mapping[str, object]) -> bytes:
    """RFC 9162 leaf hash of the RFC 8785 bytes of one endpoint object, its nonce included."""
    return tree.leaf_hash(canonical_bytes(dict(endpoint)))


def endpoint_leaves(document: Mapping[str, object]) -> list[bytes]:
    """The leaves of a document's `endpoints`, in the document's order; FailedError if there are none.

    A leaf holds nothing of the version, so an endpoint that an amendment leaves alone keeps its leaf.
    """
    return [endpoint_leaf(endpoint) for endpoint in _endpoints(document)]


def endpoint_root(document: Mapping[str, object]) -> bytes:
    """The 32-byte root of a document's endpoint set (RFC 9162, 2.1.1)."""
    return tree.root(endpoint_leaves(document))


def endpoint_index(document: Mapping[str, object], endpoint_id: str) -> int:
    """The place, from 0, of the endpoint with this id; FailedError if the document has none such."""
    endpoints = _endpoints(document)
    for index, endpoint in enumerate(endpoints):
        if endpoint.get("id") == endpoint_id:
            return index
    known = ", ".join(str(endpoint.get("id")) for endpoint in endpoints[:12])
    raise FailedError(f"there is no endpoint {endpoint_id} in the document: it has {known}")


def under_embargo(document: Mapping[str, object], new_nonce: Callable[[], bytes]) -> dict[str, object]:
    """A protocol, analysis plan or results with a nonce of its own and one in each endpoint; those it has stay.

    `new_nonce` gives 32 random bytes, as `secrets.token_bytes(32)` does. Without nonces, whoever guesses a
    text can test the guess against the digest on chain.
    """
    hidden = {**document, "nonce": document.get("nonce") or new_nonce().hex()}
    if document.get("endpoints"):
        hidden["endpoints"] = [
            endpoint if "nonce" in endpoint else {**endpoint, "nonce": new_nonce().hex()}
            for endpoint in _endpoints(document)
        ]
    return hidden


def _endpoints(document: Mapping[str, object]) -> list[Mapping[str, object]]:
    endpoints = document.get("endpoints")
    if not isinstance(endpoints, list) or not endpoints:
        raise FailedError("endpoints is missing or empty: an endpoint set needs at least one endpoint")
    for index, endpoint in enumerate(endpoints):
        if not isinstance(endpoint, dict):
            raise FailedError(f'endpoints[{index}] is not an object: write each endpoint as {{"id": …}}')
    return endpoints
