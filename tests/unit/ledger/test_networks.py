"""Which chain a name means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trialseal.errors import UsageError
from trialseal.ledger import networks
from trialseal.ledger.networks import Network, resolve


def test_the_devnet_is_where_it_was_started(tmp_path: Path) -> None:
    assert resolve(None, tmp_path) == Network("devnet", "http://127.0.0.1:8545")
    (tmp_path / "devnet").mkdir()
    (tmp_path / "devnet" / "devnet.json").write_text('{"pid": null, "port": 9999}')
    assert resolve("devnet", tmp_path).url == "http://127.0.0.1:9999"


@pytest.mark.parametrize("text", ["", "[]", '{"port": "x"}', '{"port": 0}', '{"port": 70000}', "\0"])
def test_a_damaged_record_of_the_devnet_means_the_usual_port(tmp_path: Path, text: str) -> None:
    (tmp_path / "devnet").mkdir()
    (tmp_path / "devnet" / "devnet.json").write_text(text)
    assert resolve(None, tmp_path).url == "http://127.0.0.1:8545"


def test_a_named_network_and_a_url(tmp_path: Path) -> None:
    entry = {"url": "https://node.example/KEY", "chain_id": 11155111, "start_block": 5}
    (tmp_path / "networks.json").write_text(json.dumps({"sepolia": entry}))
    sepolia = resolve("sepolia", tmp_path)
    assert (sepolia.name, sepolia.url, sepolia.chain_id, sepolia.start_block) == ("sepolia", entry["url"], 11155111, 5)
    assert sepolia.genesis and not sepolia.tried and not sepolia.mine  # what the package knows of it
    network = resolve("https://user:secret@node.example:8545/KEY", tmp_path)
    assert network.name == "node.example:8545"  # what may be printed
    with pytest.raises(UsageError, match="no node of mainnet is known: name one in .*networks.json"):
        resolve("mainnet", tmp_path)
    with pytest.raises(UsageError, match="no network called holesky: name one of devnet, mainnet, sepolia"):
        resolve("holesky", tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ([], "one JSON object"),
        ({"x": "http://a"}, "x needs a URL"),
        ({"x": {"url": "ws://a"}}, "must begin with http"),
        ({"x": {"url": "http://a", "chain_id": "1"}}, "chain_id of x must be a whole number"),
        ({"x": {"url": "http://a", "chain_id": True}}, "chain_id of x must be a whole number"),
        ({"x": {"url": "http://a", "start_block": -1}}, "start_block of x"),
        ({"x": {"url": "http://a", "chainid": 1}}, "x has chainid, which is none of"),
    ],
)
def test_a_wrong_entry_is_one_sentence(tmp_path: Path, content: Any, words: str) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "networks.json").write_text(text)
    with pytest.raises(UsageError, match=words):
        resolve("x", tmp_path)


def test_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "elsewhere"))
    assert networks.home() == tmp_path / "elsewhere"
    monkeypatch.delenv("TRIALSEAL_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert networks.home() == tmp_path / ".trialseal"


def test_the_example_of_a_consortium_is_a_network_file(tmp_path: Path) -> None:
    docs = Path(__file__).parents[3] / "docs"
    shipped = (docs / "consortium.json").read_text()
    assert f"```json\n{shipped}```" in (docs / "networks.md").read_text(encoding="utf-8")
    (tmp_path / "networks.json").write_text(shipped)
    made = resolve("consortium", tmp_path)
    [listed] = made.validators
    organisations = {one.organisation for one in listed.validators}
    assert not made.tried and not made.mine and made.chain_id == 4242
    assert len(organisations) == len(listed.validators) >= 4  # so that no warning is due
    assert {one.operator for one in made.nodes} < organisations and len(made.nodes) == 2
