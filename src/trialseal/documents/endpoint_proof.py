"""One endpoint of a sealed protocol version, shown without the rest of the protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from trialseal.documents.endpoint_models import Endpoint
from trialseal.documents.endpoints import endpoint_leaf
from trialseal.documents.fields import Count, Format, Hex32, Model
from trialseal.documents.versions import FORMAT
from trialseal.merkle import tree

KIND = "endpoint-proof"


class EndpointProof(Model):
    """An endpoint, and the way from its leaf to the root of its protocol version."""

    format: Format
    kind: Literal["endpoint-proof"]
    trial_id: Hex32
    version: int = Field(strict=True, ge=1)
    """Of the protocol, as the chain counts."""
    place: int = Field(strict=True, ge=1)
    """In the version's list of endpoints, from 1."""
    endpoints: Count
    """How many the version has."""
    endpoint: Endpoint
    """Exactly as the protocol has it, with its nonce."""
    proof: tuple[Hex32, ...] = ()
    """The inclusion proof of leaf `place` - 1 of `endpoints`, lowest first."""

    @model_validator(mode="after")
    def _in_set(self) -> Self:
        if self.place > self.endpoints:
            raise ValueError(f"endpoint {self.place} is not one of the {self.endpoints} of the version")
        return self


def make_proof(
    trial: bytes, version: int, endpoint: Mapping[str, Any], index: int, leaves: Sequence[bytes]
) -> dict[str, Any]:
    """The document that shows the endpoint at `index`, from 0, of a version with these leaves."""
    return {
        "format": FORMAT,
        "kind": KIND,
        "trial_id": trial.hex(),
        "version": version,
        "place": index + 1,
        "endpoints": len(leaves),
        "endpoint": dict(endpoint),
        "proof": [one.hex() for one in tree.inclusion_proof(leaves, index)],
    }


def require_under(proof: Mapping[str, Any], root: bytes, count: int) -> None:
    """FailedError unless the endpoint of a proof, which has passed its model, is under this root of `count` leaves."""
    hashes = [bytes.fromhex(one) for one in proof["proof"]]
    tree.verify_inclusion(endpoint_leaf(proof["endpoint"]), proof["place"] - 1, count, hashes, root)
