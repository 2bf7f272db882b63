"""Bundles that lie beside what is to be verified: whoever was sent files seldom has a node, and often was sent one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.folder.layout import BUNDLE_ENDING


def bundles_near(files: Sequence[str]) -> tuple[str, ...]:
    """The bundles in the folders that were named, and beside the files that were, by name; none where one looks not."""
    folders = dict.fromkeys(file if os.path.isdir(file) else os.path.dirname(file) or "." for file in files)
    found = []
    for folder in folders:
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith(BUNDLE_ENDING))
        except OSError:  # what is wrong with it is told where its files are read
            continue
        found += [name if folder == "." else os.path.join(folder, name) for name in names]
    return tuple(found)


def line_with(session: Session, bundle: str) -> str:
    """What to type to read the chain out of a bundle."""
    args = session.args
    words = ["trialseal", "verify", *map(escaping.argument, (bundle, *args.files))]
    for option in ("block_hash", "at"):
        if given := getattr(args, option, None):
            words += [f"--{option.replace('_', '-')}", escaping.argument(given)]
    return " ".join(words)


def hint(session: Session, bundles: Sequence[str]) -> str:
    """That bundles lie there, and the line that reads the first of them."""
    one = f"{escaping.path(bundles[0])} lies there, a bundle, which needs"
    where = one if len(bundles) == 1 else "bundles lie there, which need"
    return f"{where} no node; type {line_with(session, bundles[0])}"


def folder_with_its_bundle(files: Sequence[str], bundles: Sequence[str]) -> bool:
    """Whether one folder with one bundle in it was named: a folder as it comes by mail."""
    return len(files) == len(bundles) == 1 and Path(files[0]).is_dir()
