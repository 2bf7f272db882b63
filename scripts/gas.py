"""make gas: what each act costs, into docs/gas.md and the snapshot that the tests hold."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from gas_figures import SHARES, TARGETS
from gas_measure import measure
from gas_page import page

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "gas.md"
SNAPSHOT = ROOT / "tests" / "contracts" / "gas.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the gas of each act and write docs/gas.md.")
    parser.parse_args()
    figures = measure()
    replace(PAGE, page(figures))
    replace(SNAPSHOT, json.dumps(figures, indent=2) + "\n")
    missed = {act: figures[act] for act, most in TARGETS.items() if figures[act] > most}
    missed |= {act: figures[act] for act, alone, most in SHARES if 100 * figures[act] > most * figures[alone]}
    print(f"{PAGE.relative_to(ROOT)} written: {len(figures)} acts, {len(missed)} over their target {missed or ''}")


def replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".tmp")
    written.write_text(text, encoding="utf-8")
    os.replace(written, path)


if __name__ == "__main__":
    main()
