"""tools/run brownie run verify_results main FILE --network devnet: what files are, and which checks they meet."""

from pathlib import Path

from scripts.active_network import active_chain, in_a_sentence, options

from trialseal.escaping import visible
from trialseal.report.trial.verifying import verify


def main(*words: str) -> None:
    """Says of each file, or of each in a folder, what it is on the chain; the worst answer is the exit code."""
    paths, _ = options(words, "FILE …")
    with in_a_sentence():
        verdicts = verify(active_chain(), [Path(path) for path in paths])
    for one in verdicts:
        print(visible(one.sentence))
    codes = {one.exit_code for one in verdicts}
    if worst := 1 if 1 in codes else 2 if 2 in codes else 0:
        raise SystemExit(worst)
