"""What every script needs: the words it was given, the desk to act from, and the answer in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brownie import network

from trialseal.acts.asking import asker
from trialseal.acts.carrying_out import Done
from trialseal.acts.desk import Desk
from trialseal.acts.lines import other_line, trial_line
from trialseal.acts.own import open_desk
from trialseal.acts.trials import trial_in
from trialseal.errors import TrialsealError, UsageError
from trialseal.escaping import visible
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network

# Brownie keeps dashes for itself, so that these are written account=alice, yes=yes.
CHOICES = ("account", "party", "yes", "confirm")


def options(words: tuple[str, ...], takes: str, *names: str) -> tuple[list[str], dict[str, str]]:
    """The words of a script, which `takes` names, and those written name=value whose name it knows.

    Ends the script with a sentence if there are too few words, or too many.
    """
    plain, named = [], {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in (*names, *CHOICES):
            named[name] = value
        else:
            plain.append(word)
    wanted = takes.split()
    least = sum(not one.startswith("[") and one != "…" for one in wanted)
    if len(plain) < least or (len(plain) > len(wanted) and "…" not in wanted):
        known = " ".join(f"[{name}=…]" for name in (*names, *CHOICES))
        print(f"trialseal: give {takes or 'no word'} {known}, not {len(plain)} words", file=sys.stderr)
        raise SystemExit(UsageError.exit_code)
    return plain, named


def active_chain() -> Chain:
    """The chain that brownie is connected to."""
    return Chain(Network("brownie's", network.web3.provider.endpoint_uri))


def desk_of(named: dict[str, str]) -> Desk:
    """The desk on that chain, of the account and party that were named, or the only ones there are."""
    return open_desk(
        network.web3.provider.endpoint_uri,
        account=named.get("account"),
        party=named.get("party"),
        ask=asker(yes=named.get("yes") == "yes", confirm=named.get("confirm"), write=sys.stderr.write),
        note=lambda words: print(f"note: {visible(words)}"),
    )


def trial_of(path: str, desk: Desk) -> tuple[bytes, TrialFolder]:
    """A trial's id and its folder."""
    folder = TrialFolder.open(Path(path))
    return trial_in(folder, lambda: desk.party), folder


def say(done: Done) -> None:
    """What was done, when, and where its receipt lies."""
    print(visible(trial_line(done) if done.act.contract == "TrialRegistry" else other_line(done)))
    if done.path:
        print(f"  receipt: {visible(str(done.path))}")


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """Ends the script with one sentence and the exit code of the command, where something is wrong."""
    try:
        yield
    except TrialsealError as error:
        print(f"trialseal: {visible(str(error))}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
