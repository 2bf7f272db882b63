"""Compiles the contracts into the artifacts that the package carries: interfaces, init code, selectors.

    tools/run .venv/bin/python tools/artifacts.py [--check]

Each concrete contract of contracts/*.sol is compiled by itself, with brownie-config.yaml's settings, and
without the metadata digest at the end of the code: so a contract's init code, with it its CREATE2 address,
depends on its own source and imports only, neither on comments nor on where and with what it was compiled.
Selectors, topics, addresses, and the code hashes on known chains are written down here, at build time, so that
reading a chain needs no Keccak. So are the places of each immutable in the deployed code, with the values that
do not differ from chain to chain, and the compiler's storage layout, by which readers prove state.

`--check` writes nothing and exits with 1 if the committed file is not what the contracts give.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from eth_utils.crypto import keccak

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = Path("src/trialseal/ledger/artifacts.json")
# The deterministic deployment proxy (github.com/Arachnid/deterministic-deployment-proxy), at the same address
# on every chain: what it deploys from equal init code has equal addresses everywhere.
DEPLOYER = "0x4e59b44847b379578588920ca78fbf26c0b4956c"
SALT = bytes(32)
WANTED = ["abi", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "storageLayout"]
# Ethereum and its test chains, the larger chains beside it, and local ones.
CHAINS = (1, 10, 56, 100, 137, 1337, 8453, 17_000, 31_337, 42_161, 43_114, 59_144, 560_048, 11_155_111)
PROJECT, VERSION = "trialseal", "1"  # of the contracts' EIP-712 domains: `trialseal Parties`
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile the contracts into the artifacts of the package.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if out of date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    arguments = parser.parse_args()

    root: Path = arguments.root
    text = json.dumps(artifacts(root), indent=2, sort_keys=True) + "\n"
    target = root / ARTIFACTS
    if target.is_file() and target.read_bytes() == text.encode():
        print(f"{ARTIFACTS} is up to date.")
        return 0
    if arguments.check:
        print(f"{ARTIFACTS} is not what the contracts give: run `make artifacts`.", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    written = target.with_suffix(".tmp")
    written.write_bytes(text.encode())
    written.replace(target)
    print(f"{ARTIFACTS} written.")
    return 0


def artifacts(root: Path) -> dict[str, Any]:
    """What artifacts.json holds: the compiler with its settings, and each contract by its name."""
    solc = yaml.safe_load((root / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]["solc"]
    settings = settings_of(solc)
    compiler = str(Path(os.environ["SOLCX_BINARY_PATH"]) / f"solc-v{solc['version']}")
    # Node holds a core each while it compiles, so the compilations of the files run side by side.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        files = sorted(path.relative_to(root) for path in (root / "contracts").glob("*.sol"))
        compiled = pool.map(lambda file: compile_file(root, file, compiler, settings), files)
        contracts = {name: artifact for found in compiled for name, artifact in found.items()}
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    version = version.rpartition("Version: ")[2].removesuffix("\n").removesuffix(".Emscripten.clang")
    for name in contracts:
        locate(name, contracts)
    for name in contracts:
        fill(name, contracts)
    return {
        "compiler": {"settings": settings, "version": version},
        "contracts": contracts,
        "deployer": {"address": DEPLOYER, "salt": "0x" + SALT.hex()},
    }


def settings_of(solc: dict[str, Any]) -> dict[str, Any]:
    """The compiler's settings, of brownie's configuration and without the metadata's digest."""
    return {
        "evmVersion": solc["evm_version"],
        "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
        "optimizer": solc["optimizer"],
        "remappings": solc["remappings"],
        "viaIR": solc["viaIR"],
    }


def locate(name: str, contracts: dict[str, Any]) -> str:
    """The CREATE2 address of a contract, entered into its artifact with the arguments of its constructor.

    Those are other contracts, each named by its parameter: `parties` is the address of `Parties`.
    """
    contract = contracts[name]
    if "address" not in contract:
        inputs = [one for item in contract["abi"] if item["type"] == "constructor" for one in item["inputs"]]
        links = [one["name"][:1].upper() + one["name"][1:] for one in inputs]
        code = bytes.fromhex(contract["initCode"][2:])
        for link in links:
            if link not in contracts:
                sys.exit(f"{name} wants {link} to be constructed, which is no contract of ours.")
            code += bytes.fromhex(locate(link, contracts)[2:]).rjust(32, b"\0")
        place = keccak(b"\xff" + bytes.fromhex(DEPLOYER[2:]) + SALT + keccak(code))
        contract["address"], contract["links"] = "0x" + place[12:].hex(), links
    return str(contract["address"])


def compile_file(root: Path, file: Path, compiler: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The artifacts of the concrete contracts that `file`, a path relative to `root`, defines."""
    name = file.as_posix()
    request = {
        "language": "Solidity",
        "sources": {name: {"content": (root / file).read_text(encoding="utf-8")}},
        "settings": {**settings, "outputSelection": {name: {"*": WANTED}, "*": {"": ["ast"]}}},
    }
    run = subprocess.run(
        [compiler, "--standard-json"], input=json.dumps(request), capture_output=True, text=True, cwd=root
    )
    if run.returncode:
        sys.exit(f"{name}: the compiler failed: {run.stderr.strip()}")
    answer = json.loads(run.stdout)
    complaints = answer.get("errors", [])
    if complaints:
        print("\n".join(complaint["formattedMessage"].strip() for complaint in complaints), file=sys.stderr)
    if any(complaint["severity"] == "error" for complaint in complaints):
        sys.exit(f"{name} does not compile.")
    names = {key: value for source in answer["sources"].values() for key, value in variables(source["ast"])}
    return {
        contract: artifact(contract, output, names)
        for contract, output in answer["contracts"].get(name, {}).items()
        if output["evm"]["bytecode"]["object"]  # abstract contracts and interfaces have none
    }


def variables(node: Any) -> Iterator[tuple[str, str]]:
    """Id and name of every variable that a syntax tree declares."""
    if isinstance(node, dict):
        if node.get("nodeType") == "VariableDeclaration":
            yield str(node["id"]), str(node["name"])
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from variables(child)


def artifact(name: str, output: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """One contract: its interface and code as the compiler gives them, and what Keccak makes of its names.

    `names` are those of the variables by their ids, which differ between compilations.
    """
    creation, runtime = output["evm"]["bytecode"], output["evm"]["deployedBytecode"]
    if creation["linkReferences"]:
        sys.exit(f"{name} needs linked libraries, for which a deployment from its init code has no place.")
    abi = output["abi"]
    constructor = [item for item in abi if item["type"] == "constructor"]
    return {
        "abi": abi,
        "constructor": [canonical_type(one) for item in constructor for one in item["inputs"]],
        "errors": {signature(item): "0x" + topic(item)[:8] for item in abi if item["type"] == "error"},
        "events": {signature(item): "0x" + topic(item) for item in abi if item["type"] == "event"},
        "functions": {key: "0x" + value for key, value in output["evm"]["methodIdentifiers"].items()},
        "immutables": {
            names[key]: sorted(place["start"] for place in places)
            for key, places in runtime["immutableReferences"].items()
        },
        "initCode": "0x" + creation["object"],
        "runtimeCode": "0x" + runtime["object"],
        "storage": storage(output["storageLayout"]),
    }


def storage(layout: dict[str, Any]) -> list[dict[str, Any]]:
    """Each variable of a contract with its slot, its first byte from the lowest, and its type spelt out."""
    return [
        {
            "name": one["label"],
            "slot": int(one["slot"]),
            "offset": one["offset"],
            "type": spelt(one["type"], layout["types"]),
        }
        for one in layout["storage"]
    ]


def spelt(key: str, types: dict[str, Any]) -> Any:
    """A type of the layout without the ids of this compile: a name, a mapping, an array, or the members of a struct."""
    found = types[key]
    if found["encoding"] == "mapping":
        return {"mapping": spelt(found["key"], types), "value": spelt(found["value"], types)}
    if "base" in found:
        return {found["encoding"]: spelt(found["base"], types)}
    if "members" in found:
        return {"struct": storage({"storage": found["members"], "types": types}), "bytes": int(found["numberOfBytes"])}
    return {"name": found["label"], "bytes": int(found["numberOfBytes"])}


def fill(name: str, contracts: dict[str, Any]) -> None:
    """Enters what the immutables of a deployed contract are, and what follows from them on each known chain.

    A value is 32 bytes as they lie in the code; those that differ from chain to chain have none.
    """
    contract = contracts[name]
    address = bytes.fromhex(contract["address"][2:])
    hashed = [keccak(text=f"{PROJECT} {name}"), keccak(text=VERSION)]
    values: dict[str, bytes | None] = {
        "_cachedChainId": None,
        "_cachedDomainSeparator": None,
        "_cachedThis": address,
        "_hashedName": hashed[0],
        "_hashedVersion": hashed[1],
        "_name": short(f"{PROJECT} {name}"),
        "_version": short(VERSION),
    }
    values |= {constant(one): bytes.fromhex(other["address"][2:]) for one, other in contracts.items()}
    unknown = contract["immutables"].keys() - values.keys()
    if unknown:
        sys.exit(f"{name} has immutables of which nobody knows the value: {', '.join(sorted(unknown))}.")
    contract["immutables"] = {
        one: {"places": places, "value": None if (value := values[one]) is None else hexed(value.rjust(32, b"\0"))}
        for one, places in contract["immutables"].items()
    }
    contract["chains"] = {}
    for chain in CHAINS:
        chain_id = chain.to_bytes(32, "big")
        separator = keccak(keccak(text=DOMAIN) + b"".join(hashed) + chain_id + address.rjust(32, b"\0"))
        known = {"_cachedChainId": chain_id, "_cachedDomainSeparator": separator}
        code = bytearray.fromhex(contract["runtimeCode"][2:])
        for one, entry in contract["immutables"].items():
            value = known.get(one) or bytes.fromhex(entry["value"][2:])
            for place in entry["places"]:
                code[place : place + 32] = value
        contract["chains"][str(chain)] = {"codeHash": hexed(keccak(bytes(code)))}
        if "_cachedDomainSeparator" in contract["immutables"]:
            contract["chains"][str(chain)]["domainSeparator"] = hexed(separator)


def constant(name: str) -> str:
    """`TrialRegistry` as the immutable that holds its address is called: `TRIAL_REGISTRY`."""
    return re.sub("(?<!^)([A-Z])", r"_\1", name).upper()


def short(text: str) -> bytes:
    """A text of at most 31 bytes as OpenZeppelin's ShortStrings keep it: left-aligned, its length in the last byte."""
    return text.encode().ljust(31, b"\0") + bytes([len(text.encode())])


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def signature(item: dict[str, Any]) -> str:
    """`Name(type,…)` as Keccak hashes it."""
    return f"{item['name']}({','.join(canonical_type(one) for one in item['inputs'])})"


def canonical_type(parameter: dict[str, Any]) -> str:
    """The ABI type of a parameter, a struct spelt out as a tuple."""
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    members = ",".join(canonical_type(one) for one in parameter["components"])
    return re.sub("^tuple", lambda _: f"({members})", parameter["type"])


def topic(item: dict[str, Any]) -> str:
    """Keccak-256 of an item's signature, in hex: an event's topic; the first 4 bytes select an error."""
    return keccak(text=signature(item)).hex()


if __name__ == "__main__":
    sys.exit(main())
