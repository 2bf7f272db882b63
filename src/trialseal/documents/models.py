"""The documents that can be sealed: reading them, checking them, writing them."""

from __future__ import annotations

from collections.abc import Iterator

from trialseal.documents.endpoint_models import Endpoint, Estimand, RegistryWords, TimePoint
from trialseal.documents.endpoint_proof import EndpointProof
from trialseal.documents.fields import NamedDigest, Source, TrialName
from trialseal.documents.parsing import RESERVED_KINDS, parsed
from trialseal.documents.protocol import Amendment, AnalysisPlan, Part, Protocol
from trialseal.documents.results import Result, Results
from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.documents.statements import Correction, MilestoneStatement, PartyProfile, SigningStatement
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError
from trialseal.registries.record import RegistryRecord
from trialseal.tables.seal_document import DatasetRow, DatasetSeal

__all__ = [
    "FORMAT", "KINDS", "RESERVED_KINDS", "Amendment", "AnalysisPlan", "Correction", "DatasetRow", "DatasetSeal",
    "Document", "Endpoint", "EndpointProof",
    "Estimand", "MilestoneStatement", "NamedDigest", "Part", "PartyProfile", "Protocol", "RegistryRecord",
    "RegistryWords", "Result", "Results", "SigningStatement", "Source", "TimePoint", "TrialName", "check_results",
    "dump", "parse_document",
]  # fmt: skip

Document = (
    Protocol
    | AnalysisPlan
    | RegistryRecord
    | Results
    | MilestoneStatement
    | Correction
    | SigningStatement
    | PartyProfile
    | DatasetSeal
    | DatasetRow
    | AccessPolicy
    | Application
    | Package
    | Permit
    | EndpointProof
)
KINDS: dict[str, type[Document]] = {
    "protocol": Protocol,
    "analysis-plan": AnalysisPlan,
    "registry-record": RegistryRecord,
    "results": Results,
    "milestone": MilestoneStatement,
    "correction": Correction,
    "signing-statement": SigningStatement,
    "party-profile": PartyProfile,
    "dataset": DatasetSeal,
    "dataset-row": DatasetRow,
    "access-policy": AccessPolicy,
    "application": Application,
    "package": Package,
    "permit": Permit,
    "endpoint-proof": EndpointProof,
}


def parse_document(value: object, name: str) -> Document:
    """The typed document of a parsed JSON value; FailedError naming `name`, the place and what to do, LaterVersion for
    a document of a later version."""
    return parsed(value, name, KINDS)


def dump(document: Document) -> dict[str, object]:
    """The document as the JSON object that is hashed: what was given, no more. dump(load(f)) is f's value."""
    return document.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def check_results(results: Results, protocol: Protocol) -> None:
    """FailedError if a result proven against this protocol version names what that version does not have.

    Results against other versions are skipped: they are to be checked against those.
    """
    if faults := tuple(_misfits(results, protocol)):
        raise FailedError(faults[0], faults)


def _misfits(results: Results, protocol: Protocol) -> Iterator[str]:
    endpoints = {endpoint.id: endpoint for endpoint in protocol.endpoints}
    parts = {part.id for part in protocol.parts}
    lacks = f"which protocol version {protocol.version} lacks"
    for index, result in enumerate(results.results):
        if result.protocol_version != protocol.version or result.endpoint is None:
            continue
        if result.part is not None and result.part not in parts:
            yield f"results[{index}].part is {result.part}, {lacks}: it has {', '.join(sorted(parts)) or 'no parts'}"
        if result.endpoint not in endpoints:
            yield f"results[{index}].endpoint is {result.endpoint}, {lacks}: it has {', '.join(endpoints)}"
            continue
        estimands = [estimand.id for estimand in endpoints[result.endpoint].estimands]
        if result.estimand is not None and result.estimand not in estimands:
            yield (
                f"results[{index}].estimand is {result.estimand}, which endpoint {result.endpoint} lacks: it has "
                f"{', '.join(estimands) or 'no estimands'}"
            )
