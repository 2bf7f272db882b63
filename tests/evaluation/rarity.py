"""Counts in how many outcomes of public registry records each word occurs, and writes `rarity.json`.

Run from the root: `tools/run .venv/bin/python tests/evaluation/rarity.py FOLDER`, where FOLDER holds `ctgov-v2/` and
`histories/`. Texts of the same words count once; words of fewer than three texts are left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from trialseal.outcomes.sources import of_history
from trialseal.outcomes.words import tokens

TARGET = Path(__file__).parents[2] / "src" / "trialseal" / "outcomes" / "rarity.json"
_LEAST = 3


def texts(folder: Path) -> Iterator[str]:
    """The measures and descriptions of all outcomes of the records."""
    for path in sorted((folder / "ctgov-v2").glob("*.json")):
        module = json.loads(path.read_text(encoding="utf-8")).get("protocolSection", {}).get("outcomesModule", {})
        for outcomes in module.values():
            yield from (f"{one.get('measure', '')} {one.get('description', '')}" for one in outcomes)
    with (folder / "histories" / "ctgov_histories.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            for version in json.loads(line)["versions"]:
                yield from (f"{one.measure} {one.description}" for one in of_history(version["outcomes"]))


def main() -> int:
    """Counts and writes."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 3
    different = {frozenset(token.form for token in tokens(text)) for text in texts(Path(sys.argv[1]))}
    met = Counter(form for forms in different for form in forms)
    held = {
        form: count for form, count in sorted(met.items()) if count >= _LEAST and form.isascii() and not form.isdigit()
    }
    TARGET.write_text(json.dumps({"outcomes": len(different), "met": held}) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
