"""The models: one test per way to break a document, and the sentence that comes of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from read_documents import loaded
from trialseal.documents import models
from trialseal.documents.canonical import read_json
from trialseal.documents.protocol import Blinding
from trialseal.documents.statements import MilestoneName
from trialseal.documents.versions import LaterVersion
from trialseal.errors import FailedError, UsageError
from trialseal.ledger import codes

DOCUMENTS = Path(__file__).parents[2] / "vectors" / "documents"
OWN = sorted(path for path in DOCUMENTS.glob("*.json") if "kind" in json.loads(path.read_bytes()))


def read(name: str) -> dict[str, Any]:
    value = read_json(DOCUMENTS / f"{name}.json")
    assert isinstance(value, dict)
    return value


def refused(document: object, sentence: str) -> None:
    with pytest.raises(FailedError, match=sentence) as caught:
        models.parse_document(document, "file.json")
    message = str(caught.value)
    assert message.startswith("file.json") and "\n" not in message and len(message) < 700


def broken(name: str, change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    document = copy.deepcopy(read(name))
    models.parse_document(document, "whole")
    change(document)
    refused(document, sentence)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_what_is_read_is_what_is_written(path: Path) -> None:
    document = models.parse_document(read_json(path), str(path))
    assert models.dump(document) == read_json(path)
    assert models.parse_document(models.dump(document), "again") == document


def test_what_is_not_known_is_not_written() -> None:
    milestone = loaded(DOCUMENTS / "milestone.json", models.MilestoneStatement)
    assert "part" not in models.dump(milestone.model_copy(update={"part": None}))


def test_documents_do_not_change() -> None:
    document = loaded(DOCUMENTS / "protocol-v1.json", models.Protocol)
    with pytest.raises(ValidationError, match="frozen"):
        document.version = 2


@pytest.mark.parametrize("value", [None, 3, "text", [], True])
def test_what_is_no_object(value: object) -> None:
    refused(value, "not a document: write a JSON object with format and kind")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "another/1"}, "format is 'another/1', but must be 'trialseal/1'"),
        ({"format": "trialseal/02"}, "format is 'trialseal/02', but must be 'trialseal/1'"),
        ({"format": None}, "format is missing, but must be 'trialseal/1'"),
        ({"kind": "protocoll"}, "kind is 'protocoll', but must be one of protocol, analysis-plan"),
        ({"kind": ["protocol"]}, r"kind is \['protocol'\], but"),
        ({"endpoints": []}, "endpoints: it is empty: give at least one"),
        ({"endpoints": {}}, "endpoints is {}, but must be a list"),
        ({"endpoints": ["P1"]}, r"endpoints\[0\] is 'P1', but must be an object"),
        ({"version": "1"}, "version is '1', but must be a whole number"),
        ({"version": 0}, "version is 0, but must be at least 1"),
        ({"version": 1.0}, "version is 1.0, but must be a whole number"),
        ({"version": True}, "version is True, but must be a whole number"),
        ({"version": 2**32}, "version is 4294967296, but must be at most 4294967295"),
        ({"version": 2}, "amendment is missing, and this is version 2: say at least reason and blinding"),
        ({"version_date": "2020-02-30"}, "version_date: the date '2020-02-30' does not exist"),
        ({"version_date": "30.2.2020"}, "version_date: '30.2.2020' is not a date: write 2020, 2020-05 or"),
        ({"titles": None}, "titles is null: leave out what is not known"),
        ({"phase": ["3"]}, "phase is not a known field: did you mean phases?"),
        ({"colour": "blue"}, "colour is not a known field: remove it or correct its name"),
        ({"phases": "3"}, "phases is '3', but must be a list"),
        ({"phases": [3]}, r"phases\[0\] is 3, but must be text"),
        ({"phases": [" "]}, r"phases\[0\]: it is empty"),
        ({"study_type": ""}, "study_type: it is empty"),
        (
            {"nonce": "AB" * 32},
            r"nonce: 'ABAB[AB]*\.\.\. is not 32 bytes as 64 lower-case hexadecimal digits",
        ),
        (
            {"nonce": "ab" * 32},
            r"endpoints\[0\]\.nonce is missing: under embargo every endpoint needs its own",
        ),
        (
            {"start": {"date": "2022"}},
            "completion \\(2021-11-30\\) lies before start \\(2022\\): correct one of",
        ),
        ({"sample_size": {"count": -1}}, "sample_size.count is -1, but must be at least 0"),
        ({"sample_size": 400}, "sample_size is 400, but must be an object"),
        ({"countries": ["Germany", None]}, r"countries\[1\] is null"),
    ],
)
def test_protocols_refused(change: dict[str, object], sentence: str) -> None:
    broken("protocol-v1", lambda document: document.update(change), sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "Prüf"}, "trial.code: the trial code 'Prüf' must be plain ASCII"),
        ({"sponsor": "\t"}, "trial.sponsor: it is empty"),
        (
            {"registry_ids": ["nct04368728"]},
            r"registry_ids\[0\]: the number 'nct04368728' is to be written NCT0436",
        ),
        ({"registry_ids": ["NCT043687"]}, r"is it NCT00043687\?"),
        ({"registry_ids": "NCT04368728"}, "trial.registry_ids is 'NCT04368728', but must be a list"),
    ],
)
def test_names_of_trials_refused(change: dict[str, object], sentence: str) -> None:
    broken("protocol-v1", lambda document: document["trial"].update(change), sentence)


@pytest.mark.parametrize("field", ["trial", "version", "endpoints"])
def test_what_a_protocol_needs(field: str) -> None:
    broken("protocol-v1", lambda document: document.pop(field), f"{field} is missing: add it")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "S1"}, "the endpoint id S1 comes twice: give each its own"),
        ({"id": "P 1"}, r"endpoints\[0\]\.id: 'P 1' is not 1 to 32 of"),
        ({"id": ""}, r"endpoints\[0\]\.id: '' is not"),
        (
            {"role": "Primary"},
            r"endpoints\[0\]\.role is 'Primary', but must be 'primary', 'secondary' or 'other'",
        ),
        ({"parts": ["phase-9"]}, r"endpoints\[0\]\.parts names 'phase-9', but the document has main, sodium"),
        ({"parts": ["main", "main"]}, r"endpoints\[0\]: the part main comes twice"),
        ({"time_point": []}, r"endpoints\[0\]\.time_point is not a known field: did you mean time_points"),
        ({"time_points": [{}]}, r"time_points\[0\]: it says no time"),
        ({"time_points": [{"value": 12}]}, r"time_points\[0\]: the value lacks its unit"),
        (
            {"time_points": [{"unit": "week"}]},
            r"time_points\[0\]: the value lacks its unit, or the unit its value",
        ),
        (
            {"time_points": [{"value": 12, "unit": "weeks"}]},
            r"time_points\[0\]\.unit is 'weeks', but must be",
        ),
        (
            {"time_points": [{"value": "12", "unit": "week"}]},
            r"value: '12' is not a number: write it without quo",
        ),
        ({"time_points": [{"value": True, "unit": "week"}]}, r"value: True is not a number"),
        (
            {"time_points": [{"value": 9, "until": 3, "unit": "day"}]},
            "window ends at 3 before it begins at 9",
        ),
        ({"estimands": [{"id": "E1"}, {"id": "E1"}]}, r"endpoints\[0\]: the estimand id E1 comes twice"),
        ({"registry_words": {}}, r"endpoints\[0\]\.registry_words: it is empty"),
        ({"version": 1}, r"endpoints\[0\]\.version is not a known field"),
    ],
)
def test_endpoints_refused(change: dict[str, object], sentence: str) -> None:
    broken("protocol-v1", lambda document: document["endpoints"][0].update(change), sentence)


def test_an_endpoint_that_measures_nothing() -> None:
    broken(
        "protocol-v1",
        lambda document: document["endpoints"].append({"id": "S3", "role": "secondary"}),
        r"endpoints\[3\]: it does not say what is measured",
    )


def test_nonces_used_twice() -> None:
    def same(document: dict[str, Any]) -> None:
        document["endpoints"][1]["nonce"] = document["endpoints"][0]["nonce"]

    broken("protocol-embargo", same, "the nonce 0+10 comes twice")
    broken("protocol-embargo", lambda d: d.update(nonce=d["endpoints"][0]["nonce"]), "the nonce 0+10 comes twice")


def test_parts_refused() -> None:
    broken("protocol-v1", lambda d: d["parts"].append(d["parts"][0]), "the part id main comes twice")
    broken("protocol-v1", lambda d: d["parts"][0].update(kind="arm"), r"parts\[0\]\.kind is 'arm', but must be")
    broken(
        "protocol-v1",
        lambda d: d["parts"][0].update(planned_completion="2020-04"),
        r"parts\[0\]: planned_completion \(2020-04\) lies before planned_start \(2020-05\)",
    )


@pytest.mark.parametrize(("start", "completion"), [("2021-11", "2021-11-01"), ("2021-11-15", "2021-11")])
def test_imprecise_dates_get_the_benefit(start: str, completion: str) -> None:
    changes = {"start": {"date": start}, "completion": {"date": completion}}
    models.parse_document({**read("protocol-v1"), **changes}, "file.json")


def test_every_two_dates_that_contradict_each_other_are_told() -> None:
    dates = {"start": "2026-09", "primary_completion": "2025-01", "completion": "2024-06"}
    changes = {name: {"date": date} for name, date in dates.items()}
    with pytest.raises(FailedError) as refused:
        models.parse_document({**read("protocol-v1"), **changes}, "file.json")
    told = "\n".join(refused.value.faults)
    assert "primary_completion (2025-01) lies before start (2026-09)" in told
    assert "completion (2024-06) lies before primary_completion (2025-01)" in told
    assert "completion (2024-06) lies before start (2026-09)" in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"blinding": "no"},
            "amendment.blinding is 'no', but must be 'blinded', 'unblinded' or 'not-stated'",
        ),
        ({"in_force": [{"territory": "DE"}]}, r"amendment.in_force\[0\]\.since is missing"),
        ({"in_force": [{"since": "2020", "territory": "EU"}]}, "'EU' is not an ISO 3166-1 country code"),
        ({"substantial": "yes"}, "amendment.substantial is 'yes', but must be true or false"),
        ({"substantial": 1}, "amendment.substantial is 1, but must be true or false"),
    ],
)
def test_amendments_refused(change: dict[str, object], sentence: str) -> None:
    broken("protocol-v2", lambda document: document["amendment"].update(change), sentence)


def test_amendments_must_say_whether_unblinded_data_was_seen() -> None:
    broken("protocol-v2", lambda document: document["amendment"].pop("blinding"), "amendment.blinding is missing")
    broken("protocol-v2", lambda document: document["amendment"].pop("reason"), "amendment.reason is missing")


def test_amendments_that_run_backwards() -> None:
    earlier = {"reason": "x", "blinding": "blinded", "date": "2020-08-21"}
    broken(
        "protocol-v2",
        lambda document: document.update(earlier_amendments=[earlier]),
        r"the date of amendment 1 \(2020-08-20\) lies before the date of amendment 1 \(2020-08-21\)",
    )


def test_unknown_milestones() -> None:
    broken("milestone", lambda d: d.update(name="locked"), "name is 'locked', but must be 'first-participant-enr")
    broken("milestone", lambda d: d.update(date="2020-04-31"), "date: the date '2020-04-31' does not exist")
    broken("milestone", lambda d: d.update(note="Mr X fell"), "note is not a known field")


def test_milestones_and_kinds_are_named_as_on_chain() -> None:
    # A correction is a milestone on chain, and a document of its own kind.
    assert get_args(MilestoneName) == tuple(word for word in codes.Milestone.words() if word != "correction")
    on_chain = set(codes.DocumentKind.words())
    shared = {"access-policy", "application", "package", "permit"}
    parts = {"milestone", "correction", "party-profile", "dataset-row", "endpoint-proof", "signing-statement"}
    assert set(models.KINDS) - on_chain == parts | shared
    assert set(get_args(Blinding)) == set(codes.Blinding.words())


KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
LATER = {"recipient": KEY, "since": "2026-01-01T00:00Z", "until": "2027-01-01T00:00+01:00"}


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ([LATER], None),
        ([{"recipient": KEY}], None),
        ([{"recipient": KEY[:-1] + "q"}], "is not a recipient of age: copy the whole line"),
        ([{"recipient": KEY[:20] + KEY[21:]}], "is not a recipient of age"),
        ([{"recipient": KEY.upper()}], "is not a recipient of age"),
        ([{"recipient": "AGE-SECRET-KEY-1"}], "is not a recipient of age"),
        ([{"recipient": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}], "is not a recipient of age"),
        ([LATER, LATER], "the recipient age1.* comes twice"),
        ([LATER | {"until": "2026-01-01T00:00Z"}], r"until \(2026-01-01T00:00Z\) is not after since"),
        ([LATER | {"until": "2026-01-01T00:00:01Z"}], None),
        ([LATER | {"until": "2027-01-01"}], "'2027-01-01' is a day, not a time"),
        ([LATER | {"purpose": "x"}], "purpose is not a known field"),
    ],
)
def test_keys_to_which_others_encrypt(keys: list[dict[str, str]], sentence: str | None) -> None:
    profile = {"format": "trialseal/1", "kind": "party-profile", "legal_name": "Example", "encryption_keys": keys}
    if sentence is None:
        assert models.dump(models.parse_document(profile, "it")) == profile
    else:
        with pytest.raises(FailedError, match=sentence):
            models.parse_document(profile, "it")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, None),
        ({"instead": 9}, None),
        ({"act": 0}, "act is 0, but must be at least 1"),
        ({"act": "7"}, "act is '7', but must be a whole number"),
        ({"holds": " "}, "holds: it is empty"),
        ({"reason": None}, "reason is null"),
    ],
)
def test_corrections_of_acts(change: dict[str, object], sentence: str | None) -> None:
    value = {
        "format": "trialseal/1", "kind": "correction", "trial": {"sponsor": "Example", "code": "EX-1"}, "act": 7,
        "wrong": "the day", "holds": "2020-05-12", "reason": "read from another trial's log",
    } | change  # fmt: skip
    if sentence is None:
        assert models.dump(models.parse_document(value, "it")) == value
    else:
        with pytest.raises(FailedError, match=sentence):
            models.parse_document(value, "it")


@pytest.mark.parametrize("kind", models.RESERVED_KINDS)
def test_reserved_kinds_are_refused_with_what_they_are_for(kind: str) -> None:
    with pytest.raises(FailedError, match=f"kind {kind} is reserved for .*: seal it as a file instead"):
        models.parse_document({"format": "trialseal/1", "kind": kind}, "it")


@pytest.mark.parametrize("kind", [*models.KINDS, "what-is-to-come"])
def test_a_document_of_a_later_version_is_told_as_one(kind: str) -> None:
    with pytest.raises(LaterVersion, match=r"^it was made by a later version of trialseal \(trialseal/2\): update"):
        models.parse_document({"format": "trialseal/2", "kind": kind}, "it")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ror": "https://ror.org/02mhbdp95"}, "is not a ROR id"),
        ({"ror": "02mhbdp9"}, "is not a ROR id"),
        ({"lei": "765LHXWGK1KXCLTFYQ31"}, "is not a LEI"),
        ({"lei": "765lhxwgk1kxcltfyq30"}, "is not a LEI"),
        ({"ror": "02mhbdp94", "lei": "765LHXWGK1KXCLTFYQ30"}, "it has both ror and lei"),
        ({"domain": "https://example.org"}, "is not a web domain"),
        ({"domain": "Example.org"}, "is not a web domain"),
        ({"domain": "example"}, "is not a web domain"),
        ({"domain": "-a.org"}, "is not a web domain"),
        ({"domain": "a" * 64 + ".org"}, "is not a web domain"),
        ({"domain": "example.org\n"}, "is not a web domain"),
    ],
)
def test_profiles_refused(change: dict[str, object], sentence: str) -> None:
    broken("party-profile", lambda document: document.update(change), sentence)


@pytest.mark.parametrize("change", [{"ror": "https://ror.org/03vek6s52"}, {"lei": "765LHXWGK1KXCLTFYQ30"}])
def test_profiles_accepted(change: dict[str, object]) -> None:
    models.parse_document({**read("party-profile"), **change}, "profile")


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "protocol.json").write_text('{"format": ')
    with pytest.raises(UsageError, match="is cut off"):
        read_json(tmp_path / "protocol.json")
