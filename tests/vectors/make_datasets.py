"""Write the vectors of datasets, or say with --check whether the file is up to date.

    python tests/vectors/make_datasets.py [--check]

Like make.py a second implementation on purpose: from the library under test it imports nothing, only hashlib, hmac,
and the package rfc8785. It follows docs/bytes.md, section "Datasets", value by value.
"""

from __future__ import annotations

import hmac
import json
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import rfc8785
from make import hexes, leaf_hash, path, root

HERE = Path(__file__).parent
SPECIAL = {"._", *(f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def cell(text: str | None, kind: str, decimals: int | None = None) -> object:
    """The canonical cell of a text under a type, as a JSON value."""
    text = text or ""
    if kind == "text":
        return text.rstrip(" ") or None
    text = text.strip(" ")
    if text in ("", "."):
        return None
    if kind == "boolean":
        return {"true": True, "false": False}[text.lower()]
    if text in SPECIAL:
        return text
    if kind == "number":
        return text if text in ("NaN", "Infinity", "-Infinity") else float(text) or 0
    if kind in ("integer", "decimal"):
        return decimal(Decimal(text), 0 if kind == "integer" else decimals)
    if kind == "date":
        if text[2:5].isalpha():
            return datetime.strptime(text.title(), "%d%b%Y").date().isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    if kind == "datetime":
        moment = text.replace(" ", "T") if len(text) > 10 else f"{text}T00:00"
        zone = moment[-6:] if moment[-6:-5] in ("+", "-") and ":" in moment[-6:] else ""
        moment, fraction = moment.removesuffix(zone).removesuffix("Z"), ""
        utc = bool(zone) or text.endswith("Z")
        if "." in moment:
            moment, fraction = moment.split(".")
        at = datetime.fromisoformat(moment)
        if zone:
            shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
            at = at - shift if zone[0] == "+" else at + shift
        fraction = fraction.rstrip("0")
        return at.isoformat() + (f".{fraction}" if fraction else "") + ("Z" if utc else "")
    sign, clock = ("-", text[1:]) if text.startswith("-") else ("", text)
    hours, minutes, *rest = clock.split(":")
    seconds, _, fraction = (rest[0] if rest else "00").partition(".")
    fraction = fraction.rstrip("0")
    found = f"{int(hours):02}:{minutes}:{seconds}" + (f".{fraction}" if fraction else "")
    return sign + found if any(one in "123456789" for one in found) else found


def decimal(value: Decimal, decimals: int | None) -> str:
    """Digits without exponent, `decimals` of them behind the point, or as many as are needed."""
    text = f"{value:f}"
    whole, _, fraction = text.lstrip("-").partition(".")
    fraction = fraction.rstrip("0")
    if decimals is not None:
        assert len(fraction) <= decimals
        fraction = fraction.ljust(decimals, "0")
    found = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return f"-{found}" if value < 0 else found


CELLS: list[tuple[str | None, str] | tuple[str | None, str, int]] = [
    ("abc", "text"), ("  abc  ", "text"), ("", "text"), ("   ", "text"), (None, "text"), (".", "text"), (".A", "text"),
    ("007", "text"), ("1.10", "text"), ("\u00e9", "text"), ("e\u0301", "text"), ('"\\\n\t\u0001', "text"),
    ("\u2028\U0001f600", "text"), ("\u00a0", "text"),
    ("007", "number"), ("-0", "number"), ("-0.0", "number"), (".5", "number"), ("-.5", "number"), ("2.50", "number"),
    ("1E-04", "number"), ("3.", "number"), ("+7", "number"), ("-.0e5", "number"),
    ("1.10", "number"), ("1e-05", "number"), ("0.000001", "number"),
    ("0.0000001", "number"), ("1e21", "number"), ("123456789012345680000", "number"), ("9007199254740992", "number"),
    ("99999999999999.98", "number"), ("12345678901.5", "number"), ("5e-324", "number"), ("", "number"),
    (".", "number"), ("._", "number"), (".A", "number"), (".Z", "number"), ("NaN", "number"), ("Infinity", "number"),
    ("-Infinity", "number"), (" 7 ", "number"),
    (".", "integer"), (".", "decimal"), (".", "decimal", 2), (".", "date"), (".", "datetime"), (".", "time"),
    (".", "boolean"), ("5.", "integer"), ("1E+04", "integer"), (".5", "decimal"), ("-.50", "decimal", 2),
    ("1E-04", "decimal"), ("2.50", "decimal"), ("2.50", "decimal", 2), ("-0", "decimal"), ("-0", "decimal", 2),
    ("12345678901234568000000", "number"),
    ("9007199254740993", "integer"), ("007", "integer"), ("-0", "integer"), ("1e3", "integer"), ("2.0", "integer"),
    ("1.10", "decimal"), ("1.10", "decimal", 2), ("1.1", "decimal", 2), ("-0.00", "decimal", 2), ("5", "decimal", 2),
    ("1E+5", "decimal"), ("0.10000000000000000000000001", "decimal"), (".B", "decimal"),
    ("2014-01-02", "date"), ("02JAN2014", "date"), ("2014-01-02T00:00:00", "date"), ("", "date"), (".C", "date"),
    ("2014-01-02T03:04:05", "datetime"), ("2014-01-02 03:04:05.6700", "datetime"), ("2014-01-02T03:04", "datetime"),
    ("2014-01-02", "datetime"), ("2014-01-01T23:30:00-05:00", "datetime"), ("2014-01-02T03:04:05Z", "datetime"),
    ("8:30", "time"), ("08:30:00.50", "time"), ("100:00:00", "time"), ("-0:30", "time"), ("-0:00", "time"),
    ("true", "boolean"), ("FALSE", "boolean"), ("", "boolean"),
]  # fmt: skip
REFUSED: list[tuple[str, str] | tuple[str, str, int]] = [
    ("NA", "number"), ("1,5", "number"), ("0x10", "number"), ("1_000", "number"), ("nan", "number"),
    ("1e999", "number"), ("9007199254740993", "number"), ("\u0663", "number"), ("1.5", "integer"),
    ("1.125", "decimal", 2), ("2014-01", "date"), ("2014-02-30", "date"), ("2014-01-02T10:00:00", "date"),
    ("2014-01-02T25:00:00", "datetime"),
    ("8:61", "time"), ("1", "boolean"), (".A", "boolean"),
    ("..", "number"), ("-", "number"), ("-.", "number"), (".e5", "number"), ("1e", "number"), (".a", "number"),
    ("1 000", "number"), ("12345678901234567000000", "number"),
    ("12345678901234567890", "number"), (".5", "integer"), ("1E-04", "decimal", 2),
]  # fmt: skip
# What a column of a CSV is inferred as, by its cells.
INFERRED: list[tuple[list[str], str] | tuple[list[str], str, int]] = [
    (["-0", ".5", "2.50", "1E-04", ".", ".A", " 7 ", ""], "number"), (["1.10", "2.25"], "number"),
    (["0.33333333333333331", "1"], "number"), (["123456789012345680000"], "number"),
    (["9007199254740993", "-0"], "integer"), (["9007199254740993", "1.5"], "decimal"),
    (["0.333333333333333333", "1.500000000000000001"], "decimal", 18), (["2014-01-02", ".", "1959-12-31"], "date"),
    (["007", "8"], "text"), (["+1"], "text"), (["1", "NA"], "text"), (["1,5"], "text"), (["2014-01-02", "7"], "text"),
    (["2014-02-30"], "text"), (["1e999"], "text"), (["NaN"], "text"), (["", "."], "text"), (["true"], "text"),
]  # fmt: skip
# IBM floats of SAS transport files: eight bytes, or fewer filled up with zeros on the right.
IBM = ["4110000000000000", "c110000000000000", "0000000000000000", "8000000000000000", "42640000", "411999999999999a",
       "3f1a36e2eb1c432d", "4e20000000000000", "7effffffffffffff", "0010000000000000"]  # fmt: skip
MISSING = {"2e": None, "5f": "._", "41": ".A", "5a": ".Z"}

COLUMNS = [
    {"name": "USUBJID", "type": "text"},
    {"name": "SEQ", "type": "integer"},
    {"name": "VALUE", "type": "number"},
    {"name": "DOSE", "type": "decimal", "decimals": 2},
    {"name": "DAY", "type": "date"},
]
ROWS: list[list[str]] = [
    ["s-1", "1", "70.5", "1.10", "2014-01-02"],
    ["s-1", "2", "", "", ""],
    ["s-2", "9007199254740993", "-0", "0", "2014-02-28"],
    ["", "4", ".A", "2.5", ""],
    ['say "\u00e9"', "5", "1e-7", "100", "1959-12-31"],
]


def ibm(pattern: str) -> object:
    raw = int(pattern.ljust(16, "0"), 16)
    fraction = Fraction(raw & (1 << 56) - 1, 1 << 56) * Fraction(16) ** ((raw >> 56 & 0x7F) - 64)
    return float(-fraction if raw >> 63 else fraction)


def table() -> dict[str, object]:
    """A table of five rows: its content, its seal with given secrets, its proofs."""
    schema = rfc8785.dumps({"columns": COLUMNS, "format": "trialseal-table/1"})
    cells = [
        [cell(text, column["type"], column.get("decimals")) for text, column in zip(row, COLUMNS, strict=True)]  # type: ignore[arg-type]
        for row in ROWS
    ]
    forms = [rfc8785.dumps(row) for row in cells]  # type: ignore[arg-type]
    leaves = [leaf_hash(schema), *map(leaf_hash, forms)]
    csv = ",".join(str(column["name"]) for column in COLUMNS) + "\n"
    csv += "".join(",".join('"' + text.replace('"', '""') + '"' for text in row) + "\n" for row in ROWS)

    trial, salt, nonce, own = (sha256(word).digest() for word in (b"trial", b"salt", b"nonce", b"own"))
    dataset = sha256(salt + b"VS").digest()
    subjects = {'"s-1"': sha256(b"s-1").digest(), '"s-2"': sha256(b"s-2").digest()}
    subjects[rfc8785.dumps(cells[4][0]).decode()] = sha256(b"third").digest()  # type: ignore[arg-type]
    nonces, prefixes, salted = [], [], [leaf_hash(schema)]
    for index, (row, form) in enumerate(zip(cells, forms, strict=True), 1):
        secret = subjects.get(rfc8785.dumps(row[0]).decode(), own)  # type: ignore[arg-type]
        nonces.append(hmac.digest(secret, trial + dataset + index.to_bytes(8, "big"), "sha256"))
        salted.append(leaf_hash(nonces[-1] + form))
        prefixes.append(sha256(hmac.digest(secret, dataset + b"row", "sha256") + leaf_hash(form)).digest()[:8])
    seal = {
        "format": "trialseal/1",
        "kind": "dataset",
        "name": "VS",
        "id": dataset.hex(),
        "columns": COLUMNS,
        "rows": len(ROWS),
        "subject": "USUBJID",
        "root": root(salted).hex(),
        "content": sha256(nonce + root(leaves)).hexdigest(),
        "bytes": sha256(nonce + sha256(csv.encode()).digest()).hexdigest(),
    }
    return {
        "csv": csv,
        "columns": COLUMNS,
        "schema_form": schema.decode(),
        "row_forms": [form.decode() for form in forms],
        "leaves": hexes(leaves),
        "content": root(leaves).hex(),
        "trial": trial.hex(),
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "secret": own.hex(),
        "subjects": {subject: secret.hex() for subject, secret in subjects.items()},
        "nonces": hexes(nonces),
        "salted_leaves": hexes(salted),
        "prefixes": hexes(prefixes),
        "proofs": [hexes(path(index, salted)) for index in range(1, len(salted))],
        "seal": seal,
        "seal_digest": sha256(rfc8785.dumps(seal)).hexdigest(),  # type: ignore[arg-type]
    }


def datasets() -> dict[str, object]:
    found = []
    for text, kind, *decimals in CELLS:
        value = cell(text, kind, *decimals)  # type: ignore[arg-type]
        one = {"text": text, "type": kind, "cell": rfc8785.dumps(value).decode()}  # type: ignore[arg-type]
        found.append({**one, "decimals": decimals[0]} if decimals else one)
    refused = [
        {"text": text, "type": kind, **({"decimals": decimals[0]} if decimals else {})}
        for text, kind, *decimals in REFUSED
    ]
    return {
        "cells": found,
        "refused_cells": refused,
        "inferred": [
            {"cells": cells, "type": kind, **({"decimals": decimals[0]} if decimals else {})}
            for cells, kind, *decimals in INFERRED
        ],
        "ibm_floats": [{"bytes": one, "cell": rfc8785.dumps(ibm(one)).decode()} for one in IBM],  # type: ignore[arg-type]
        "ibm_missing": [
            {"bytes": one.ljust(16, "0"), "cell": rfc8785.dumps(value).decode()} for one, value in MISSING.items()
        ],
        "table": table(),
    }


def main() -> int:
    file = HERE / "datasets.json"
    text = json.dumps(datasets(), indent=1, ensure_ascii=True) + "\n"
    if "--check" in sys.argv[1:]:
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            print("datasets.json is not up to date: run python tests/vectors/make_datasets.py")
            return 1
        return 0
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
