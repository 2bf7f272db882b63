"""The arguments of `trialseal dataset`."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub, trust_options
from trialseal.cli.erasing import erasing_options

_DATASET = """Tables are CSV and other text, SAS (.xpt .sas7bdat), Stata (.dta), SPSS (.sav .zsav .por), .parquet, Excel
(.xlsx .xls), .ods, Dataset-JSON (.json .ndjson .dsjc), ODM (.xml: an item group), FHIR (.ndjson: a row a resource);
a folder (images, scanned forms) is sealed as the list of its files. Beside FILE are written
  FILE.seal.json     the seal document; its digest goes on the chain
  FILE.private.json  secrets: as confidential as the table, for whoever may hold it
  FILE.private.rows  by which a differing row is found; confidential too

example:
  trialseal dataset seal my-trial/data/adsl.xpt"""


def add(commands: Any) -> None:
    """Adds `dataset` and its commands."""
    dataset = command(
        commands,
        "dataset",
        None,
        "seal tables and folders, verify them in any form, disclose single rows",
        "dataset seal my-trial/data/adsl.xpt",
        network=False,
    )
    dataset.epilog = _DATASET
    group = dataset.add_subparsers(dest="dataset_command", metavar="seal|verify|open|diff|forget", required=True)
    _seal(group)
    _verify(group)
    _open(group)
    _diff(group)
    _forget(group)


def _seal(group: Any) -> None:
    one = sub(
        group,
        "seal",
        "seal tables or folders",
        "dataset seal my-trial/data/adsl.xpt my-trial/data/adae.csv",
        "dataset.sealing:seal",
    )
    one.add_argument("files", metavar="FILE", nargs="+")
    one.add_argument("--trial", metavar="TRIAL", help="the trial (default: the one whose folder the file lies in)")
    one.add_argument(
        "--offline", action="store_true", help="make the seal only; the same command without --offline sends it"
    )
    one.add_argument("--out", metavar="FOLDER", help="where the seal is written (default: beside the file)")
    one.add_argument("--name", help="the table's name (default: as its file says, or is called)")
    subject = one.add_mutually_exclusive_group()
    subject.add_argument(
        "--subject",
        metavar="COLUMN",
        help="the column that tells participants apart (default: USUBJID, of ODM SubjectKey, of FHIR subject)",
    )
    subject.add_argument("--no-subject", action="store_true", help="one secret for the whole table")
    one.add_argument("--schema", metavar="FILE", help="types as in this seal document, or an object with columns")
    one.add_argument(
        "--type",
        dest="types",
        metavar="COLUMN=TYPE",
        action="append",
        default=[],
        help="a column's type: text, number, integer, decimal, decimal:2, date, datetime, time, boolean",
    )
    one.add_argument(
        "--blinding",
        choices=["blinded", "unblinded", "not-stated"],
        default="not-stated",
        help="whether it, or those who made it, know unblinded data [not-stated]",
    )
    _reading(one)
    network_option(one)
    signing_options(one)


def _verify(group: Any) -> None:
    one = sub(
        group,
        "verify",
        "say whether a table, in any form, is the sealed one, and where it differs; or check a row's proof",
        "dataset verify adsl.csv --seal adsl.xpt.seal.json",
        "dataset.verifying:verify",
    )
    one.add_argument("files", metavar="FILE", nargs="+", help="tables, folders, or proofs of rows")
    one.add_argument("--seal", metavar="DOCUMENT", help="the seal document (default: found beside, by name)")
    one.add_argument("--trial", metavar="TRIAL", help="the trial that it should be sealed in (default: any)")
    one.add_argument("--offline", action="store_true", help="ask no chain; the answer stays undetermined")
    _reading(one)
    network_option(one)
    trust_options(one)


def _open(group: Any) -> None:
    one = sub(
        group,
        "open",
        "disclose one row with its proof",
        "dataset open my-trial/data/adsl.xpt --row 17",
        "dataset.opening:open_one",
    )
    one.add_argument("file", metavar="FILE", help="the sealed table or folder")
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--row", type=int, metavar="N", help="number of the row, from 1")
    which.add_argument("--file", dest="member", metavar="PATH", help="a file below the folder")
    one.add_argument("--seal", metavar="DOCUMENT", help="the seal document (default: FILE.seal.json)")
    one.add_argument("--out", metavar="PROOF", help="where the proof is written (default: FILE.row-N.json)")


def _diff(group: Any) -> None:
    one = sub(
        group,
        "diff",
        "say what changed from one table to another: rows added, dropped, cells altered",
        "dataset diff adsl-locked.xpt adsl.csv --key USUBJID --csv changes.csv",
        "dataset.comparing:diff",
    )
    one.add_argument("a", metavar="A", help="the earlier table; read under its seal, if it has one")
    one.add_argument("b", metavar="B", help="later table")
    one.add_argument("--key", metavar="COLUMNS", help="columns that tell rows apart, joined by commas (default: place)")
    one.add_argument("--csv", metavar="FILE", help="write one line a difference (- for standard output)")
    one.add_argument("--seal", metavar="DOCUMENT", help="the seal document of A (default: A.seal.json)")
    _reading(one, "a", "b")


def _forget(group: Any) -> None:
    one = sub(
        group,
        "forget",
        "erase one participant from sealed tables; every proof of others still holds",
        'dataset forget my-trial/data/adsl.csv --participant S-12 --by "Data protection office" '
        '--reason "entered by mistake" --legal-basis "GDPR 17(1)(d)"',
        "dataset.erasing:forget",
    )
    one.add_argument("files", metavar="FILE", nargs="+", help="sealed tables")
    one.add_argument("--participant", required=True, metavar="ID", help="as the tables' column of participants has it")
    one.add_argument("--seal", metavar="DOCUMENT", help="the seal document (default: FILE.seal.json)")
    erasing_options(one)


def _reading(one: argparse.ArgumentParser, *sides: str) -> None:
    group = one.add_argument_group(
        "how the file is read, where it does not say so itself (kept in the seal, and used again by verify)"
    )
    for side in ("", *sides):
        _reading_options(group, f"{side}-" if side else "", f"of {side.upper()} alone: " if side else "")


def _reading_options(group: Any, side: str, of: str) -> None:
    group.add_argument(
        f"--{side}encoding",
        metavar="NAME",
        help=f"{of}of text in CSV, SAS, Stata and SPSS files [as the file says, else utf-8]",
    )
    group.add_argument(
        f"--{side}delimiter",
        metavar="CHARACTER",
        help=f"{of}between cells of a CSV file [a comma, or tabs where it has them]",
    )
    group.add_argument(
        f"--{side}sheet",
        metavar="NAME",
        help=f"{of}sheet of a workbook, table of an ODM or Dataset-JSON 1.0 file [the first]",
    )
    group.add_argument(f"--{side}decimal", choices=[",", "."], help=f"{of}what stands before decimals [a point]")
    group.add_argument(
        f"--{side}dates", choices=["dmy", "mdy"], help=f"{of}order in dates that do not begin with the year"
    )
    group.add_argument(
        f"--{side}missing",
        metavar="WORD",
        action="append",
        default=[],
        help=f"{of}cell that stands for nothing, such as NA; may be repeated",
    )
    group.add_argument(
        f"--{side}names-row", metavar="N", type=int, help=f"{of}line or row that holds the names of the columns [1]"
    )
    group.add_argument(
        f"--{side}format", dest=f"{side.replace('-', '_')}form", metavar="ENDING",
        help=f"{of}what the file is, whatever its name: csv, tsv, xlsx, xpt … [by its ending]",
    )  # fmt: skip
