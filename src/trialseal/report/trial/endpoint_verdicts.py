"""Verdicts on proofs of single endpoints: which sealed protocol version holds them, and what was reported of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trialseal.documents.endpoint_proof import require_under
from trialseal.documents.endpoints import endpoint_leaf
from trialseal.errors import FailedError, UndeterminedError
from trialseal.escaping import quoted
from trialseal.evidence.sealings import PROTOCOL, sealings_of
from trialseal.evidence.source import StreamSource
from trialseal.evidence.wording import count, day, listed
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act, ResultReported
from trialseal.ledger.standing import standing
from trialseal.report.trial.verdict import Verdict, of_proof
from trialseal.rules.finding import Status

RULE = "endpoint-proof"


def of_endpoint(chain: StreamSource, file: FileReading, trial: bytes | None) -> Verdict:
    """The verdict on a file that says that it is the proof of an endpoint; `trial` is the one that is meant."""
    of = None
    try:
        status, words, of = Status.HOLDS, *_words(chain, file, trial)
    except FailedError as error:
        status, words = Status.FAILS, str(error)
    except UndeterminedError as error:
        status, words = Status.UNDETERMINED, str(error)
    return of_proof(file, "an endpoint", RULE, status, words, of, chain.as_of())


def _words(chain: StreamSource, file: FileReading, meant: bytes | None) -> tuple[str, bytes]:
    from trialseal.documents.models import parse_document

    proof = file.value()
    parse_document(proof, str(file.path))
    assert isinstance(proof, dict)  # parse_document refuses everything else
    trial = bytes.fromhex(proof["trial_id"])
    if meant is not None and meant != trial:
        raise FailedError(f"it is of trial {trial.hex()[:8]}…, not of {meant.hex()[:8]}…")
    history = chain.history(trial)
    if history.gap:
        raise UndeterminedError(f"not all acts of its trial are seen: {history.gap}")
    versions = {one.version: one for _, one in sealings_of(history.acts) if one.kind == PROTOCOL}
    sealed = versions.get(proof["version"])
    if sealed is None or sealed.endpoint_root is None:
        raise FailedError(f"its trial has sealed no protocol version {proof['version']}")
    require_under(proof, sealed.endpoint_root, sealed.endpoint_count)
    return f"{_named(proof)}, sealed {day(sealed.time)}; {_reported(history.acts, proof)}", trial


def _named(proof: dict[str, Any]) -> str:
    endpoint = proof["endpoint"]
    registered = endpoint.get("registry_words", {}).get("measure")
    said = registered or endpoint.get("measurement_variable") or endpoint.get("domain")
    told = f" ({quoted(said)})" if isinstance(said, str) else ""
    return (
        f"{quoted(endpoint['id'])}{told}, endpoint {proof['place']} of the {proof['endpoints']} of protocol version "
        f"{proof['version']} of trial {proof['trial_id'][:8]}…"
    )


def _reported(acts: Iterable[Act], proof: dict[str, Any]) -> str:
    leaf = endpoint_leaf(proof["endpoint"])
    found = [act for act in standing(acts) if isinstance(act, ResultReported) and act.endpoint == leaf]
    if not found:
        return "no result was reported for it"
    numbers = listed([f"act {act.number}" for act in found[:4]])
    return f"{count(len(found), 'result')} reported for it: {numbers}{' and more' if len(found) > 4 else ''}"
