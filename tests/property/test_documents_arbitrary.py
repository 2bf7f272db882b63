"""Whatever is fed to readers, models and importers, only trialseal's own errors come out, each one line."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from trialseal.documents import canonical, endpoints, identifiers, models
from trialseal.errors import FailedError, TrialsealError
from trialseal.merkle import tree
from trialseal.registries.importers import import_value
from trialseal.registries.numbers import read
from written_studies import study_of

DOCUMENTS = Path(__file__).parents[1] / "vectors" / "documents"
SEEDS = [json.loads(file.read_bytes()) for file in sorted(DOCUMENTS.glob("*.json"))]
KEYS = sorted({key for seed in SEEDS for key in json.dumps(seed).split('"')[1::2] if len(key) < 40})

numbers = st.integers() | st.floats() | st.sampled_from([2**53, -(2**53), 1e400, 0.5, -0.0, 10.0, 10**40])
texts = st.text(max_size=20) | st.sampled_from(["", " ", "2020-02-30", "2020", "NCT04368728", "\ud800", "x" * 5000])
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
quick = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def only_our_errors(act: Callable[[], object]) -> None:
    try:
        act()
    except TrialsealError as error:
        message = str(error)
        assert message and message.isprintable() and len(message) < 2000, message


def left_out(value: object) -> None:
    for sentence in import_value(value, "file.json").left_out:
        assert sentence.isprintable() and len(sentence) < 5000, sentence


def everything(value: object) -> None:
    """What any file's content goes through."""
    only_our_errors(lambda: canonical.canonical_bytes(value))
    only_our_errors(lambda: models.dump(models.parse_document(value, "file.json")))
    only_our_errors(lambda: left_out(value))
    if isinstance(value, dict):
        only_our_errors(lambda: endpoints.endpoint_root(value))


@quick
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes(data: bytes) -> None:
    only_our_errors(lambda: everything(canonical.parse_json(data, "file.json")))


@quick
@given(values)
@example({"protocolSection": {"identificationModule": {"nctId": "NCT04368728"}}})
@example({"study": {"versions": [{"studyDesigns": [{}], "roles": [{}]}]}, "usdmVersion": "4.0"})
@example([[[[]]]])
def test_arbitrary_json(value: object) -> None:
    everything(value)
    only_our_errors(lambda: everything(canonical.parse_json(json.dumps(value).encode("utf-8", "surrogatepass"), "x")))


@st.composite
def mutated(draw: Any) -> object:
    """A real-looking document with one to three places changed, removed, doubled or moved."""
    document = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        node: Any = document
        for _ in range(draw(st.integers(0, 8))):
            inner = list(node.values()) if isinstance(node, dict) else node
            deeper = [one for one in inner if isinstance(one, dict | list) and one]
            if not deeper:
                break
            node = draw(st.sampled_from(deeper))
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            continue
        key = draw(st.sampled_from(keys))
        match draw(st.sampled_from(["change", "remove", "add", "double"])):
            case "change":
                node[key] = draw(values)
            case "remove":
                del node[key]
            case "add" if isinstance(node, dict):
                node[draw(st.sampled_from(KEYS))] = draw(values)
            case _ if isinstance(node, list):
                node.append(copy.deepcopy(node[key]))
            case _:
                node[key] = [node[key], node[key]]
    return document


@settings(quick, max_examples=500)
@given(mutated())
def test_documents_with_faults(value: object) -> None:
    everything(value)


@settings(quick, max_examples=200)
@given(mutated())
def test_what_imports_comes_back_and_what_is_taken_is_written_as_it_was(value: object) -> None:
    try:
        imported = import_value(value, "file.json").document
    except TrialsealError:
        pass
    else:
        assert models.parse_document(models.dump(imported), "again") == imported
        if isinstance(imported, models.RegistryRecord):
            assert import_value(study_of(imported), "again").document == imported
    try:
        document = models.parse_document(value, "file.json")
    except FailedError:
        return
    assert models.dump(document) == value


@quick
@given(texts)
def test_ids_and_dates(text: str) -> None:
    only_our_errors(lambda: identifiers.trial_code_bytes(text))
    only_our_errors(lambda: identifiers.date_range(text))
    try:
        number = read(text)
    except TrialsealError:
        return
    assert read(number.number) == number  # its own spelling is that number again


@quick
@given(st.integers(0, 2**32 - 1) | st.integers(19_000_000, 21_001_231))
def test_date_codes(code: int) -> None:
    try:
        text = identifiers.date_text(code)
    except TrialsealError:
        return
    assert identifiers.date_code(text) == code


@quick
@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_proofs(entries: list[bytes], data: Any) -> None:
    leaves = [tree.leaf_hash(entry) for entry in entries]
    root, index = tree.root(leaves), data.draw(st.integers(0, len(leaves) - 1))
    proof = tree.inclusion_proof(leaves, index)
    tree.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    forged = data.draw(st.lists(st.sampled_from([*leaves, *proof, bytes(32)]), max_size=8))
    if forged != proof:
        try:
            tree.verify_inclusion(leaves[index], index, len(leaves), forged, root)
        except FailedError:
            return
        raise AssertionError("two proofs for one place")
