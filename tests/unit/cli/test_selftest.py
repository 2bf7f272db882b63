"""`selftest`: what holds is said so, what does not is found, and what is shipped is what is published."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest

from trialseal.cli import main
from trialseal.cli.selftest import bundles, installation, known, published
from trialseal.core import library
from trialseal.ledger import recovery
from trialseal.ledger.proofs import keccak

VECTORS = Path(__file__).parents[2] / "vectors"
SHIPPED = Path(known.__file__).parent


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def seen(capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, dict[str, str]]:
    assert main(["selftest", "--json"]) == code
    return {one["what"]: one for one in json.loads(capsys.readouterr().out)}


def test_this_installation(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    found = seen(capsys)
    assert {*published.CHECKS, "bundle", "changed bits", "changed document", "clock", "versions"} <= found.keys()
    assert {one["health"] for one in found.values()} <= {"works", "look"}
    assert not home.exists()


def test_what_is_shipped_is_what_is_published() -> None:
    for path in SHIPPED.glob("*.json"):
        other = VECTORS / ("bundles/2026-11.json" if path.stem == "bundle" else path.name)
        assert path.read_bytes() == other.read_bytes(), path.name
    assert known.bundle() == (VECTORS / "bundles" / "2026-11.trialseal").read_bytes()


def changed(name: str, change: Callable[[Any], None]) -> Callable[[str], Any]:
    """The shipped vectors, one of which is other than published."""

    def vectors(asked: str) -> Any:
        found = known.vectors(asked)
        if asked == name:
            change(found)
        return found

    return vectors


@pytest.mark.parametrize(
    ("what", "name", "change"),
    [
        ("SHA-256", "sha256", lambda v: v["messages"][1].update(sha256="00" * 32)),
        ("canonical JSON", "rfc8785", lambda v: v["documents"][0].update(canonical="{}")),
        ("canonical JSON", "rfc8785", lambda v: v["numbers"][2].update(canonical="1")),
        ("Merkle trees", "rfc9162", lambda v: v["roots"].reverse()),
        ("Merkle trees", "rfc9162", lambda v: v["inclusion"][1].update(proof=[])),
        ("Merkle trees", "rfc9162", lambda v: v["consistency"][1].update(proof=[])),
        ("RLP", "state", lambda v: v["rlp"]["valid"]["dog"].__setitem__(1, "0x83646f68")),
        ("RLP", "state", lambda v: v["rlp"]["invalid"].update(odd="0x83646f67")),
        ("state proofs", "state", lambda v: v["headers"]["prague"].update(nonce="0x0000000000000001")),
        ("state proofs", "state", lambda v: v["proof"]["storageProof"][0].update(value="0x1")),
        ("state proofs", "state", lambda v: v["proof"]["accountProof"].pop()),
    ],
)
def test_a_wrong_answer_is_found(
    what: str, name: str, change: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vector that was changed stands for a computation that was."""
    monkeypatch.setattr(published, "vectors", changed(name, change))
    assert [found for found, wrong, _ in published.checked() if wrong] == [what]


def test_what_fails_is_said_and_the_rest_is_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "vectors", changed("sha256", lambda v: v["messages"].append({})))
    found = seen(capsys, code=1)
    assert found["SHA-256"]["words"].startswith("it ends with KeyError: do not rely on this installation")
    assert [name for name, one in found.items() if one["health"] == "fails"] == ["SHA-256"]


def test_a_wrong_keccak_core_or_signature_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "keccak256", lambda data: sha256(data).digest())
    monkeypatch.setattr(published, "pure_key", lambda digest, signature: bytes(64))
    monkeypatch.setattr(published.hashing, "root", lambda core, leaves: bytes(32))
    wrong = {name for name, fault, _ in published.checked() if fault}
    assert wrong == {"Keccak-256", "signatures", "state proofs"} | ({"both cores"} if library.core() else set())


def test_python_alone_is_tried_beside_what_is_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "pure_keccak256", lambda data: sha256(data).digest())
    monkeypatch.setattr(published, "address_of", lambda digest, signature: None)
    assert {name for name, fault, _ in published.checked() if fault} == {"Keccak-256", "signatures"}
    assert keccak.keccak256(b"") and recovery.pure_key(bytes(32), bytes(65)) is None


def test_a_bundle_that_reads_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "vectors", changed("bundle", lambda v: v["verdicts"].update({"sponsor.json": 1})))
    with pytest.raises(bundles.Unexpected, match="sponsor.json"):
        bundles.whole()
    monkeypatch.setattr(bundles, "vectors", changed("bundle", lambda v: v.update(block_hash="0x" + "00" * 32)))
    with pytest.raises(bundles.Unexpected, match="does not have the hash"):
        bundles.whole()


def test_a_reader_that_overlooks_a_bit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "open_named", lambda path: None)
    with pytest.raises(bundles.Unexpected, match="byte 0 changed"):
        bundles.flipped()


def test_files_that_are_not_as_installed_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(installation.__file__)
    wanted = base64.urlsafe_b64encode(sha256(here.read_bytes()).digest()).decode().rstrip("=")

    def listed(value: str) -> Any:
        one = SimpleNamespace(hash=SimpleNamespace(mode="sha256", value=value), locate=lambda: PurePosixPath(here))
        return SimpleNamespace(files=[one])

    monkeypatch.setattr(installation, "distribution", lambda name: listed(wanted))
    [sign] = installation.files()
    assert (sign.health, sign.words) == ("works", "1 file as installed")
    monkeypatch.setattr(installation, "distribution", lambda name: listed("A" * 43))
    [sign] = installation.files()
    assert sign.health == "fails" and "install trialseal anew" in sign.words


@pytest.mark.parametrize(("day", "health"), [((2026, 10, 31, 23, 59, 59), "fails"), ((2026, 11, 1), "works")])
def test_a_clock_behind_this_version_is_found(
    day: tuple[int, ...], health: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(*day, tzinfo=UTC)  # type: ignore[arg-type]

    monkeypatch.setattr(installation, "datetime", Clock)
    [sign] = installation.clock()
    assert sign.health == health and "UTC by this computer" in sign.words


@pytest.mark.parametrize(("mode", "health"), [(0o755, "works"), (0o775, "look"), (0o757, "look")])
def test_a_home_that_others_can_write_is_told(mode: int, health: str, home: Path) -> None:
    (home / "keystore").mkdir(parents=True)
    home.chmod(mode)
    (home / "keystore").chmod(0o700 if health == "works" else 0o740)
    found = {one.what: one for one in installation.rights(home)}
    assert found["rights of home"].health == found["rights of keystore"].health == health
