"""What programs import from `trialseal`: read a chain or a bundle, verify files, judge trials, ask what is due.

What is given back are typed, immutable values; `frame` makes a data frame of many, where pandas is installed. What
fails raises an error of `trialseal.errors`, whose text is one sentence for a person; so does what needs a package that
is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import extras
from trialseal.errors import FailedError, UndeterminedError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from trialseal.ledger.acts import TrialRegistered
    from trialseal.ledger.carried import Carried
    from trialseal.ledger.chain import Chain
    from trialseal.ledger.reader import Reader
    from trialseal.ledger.records import History
    from trialseal.registries.history import RegistryHistory
    from trialseal.report.trial.verdict import Verdict
    from trialseal.rules.duties import Duty
    from trialseal.rules.finding import Finding

__all__ = ["Trials", "bundle", "chain", "check", "due", "frame", "history", "portfolio", "record", "trials", "verify"]


class Trials(NamedTuple):
    """The trials of a chain, in the order of their registration."""

    registered: tuple[TrialRegistered, ...]
    gap: str | None
    """Why these may not be all; None if the contract counts no other."""


@extras.named()
def chain(network: str | None = None, *, block_hash: bytes | str | None = None, own_node: bool = False) -> Chain:
    """A chain as a node brings it: a network's name in networks.json, a URL, or None for the practice chain.

    What is read follows by proofs from one block. Whoever trusts that block says why: its hash is known from elsewhere,
    or the node is their own; `chain(…).vouching()` says who vouches for it.
    """
    from trialseal.ledger import networks
    from trialseal.ledger.chain import Chain
    from trialseal.ledger.reference.vouching import Choice

    choice = Choice(own_node=own_node, block_hash=_hash(block_hash))
    return Chain(networks.resolve(network, networks.home()), choice=choice)


@extras.named()
def bundle(path: str | Path, *, block_hash: bytes | str | None = None) -> Carried:
    """The chain that a bundle carries; no node is asked."""
    from trialseal.evidence.bundle.bundle import open_bundle
    from trialseal.evidence.bundle.carrying import chain_of
    from trialseal.ledger.reference.vouching import Choice

    return chain_of(open_bundle(Path(path), str(path)), str(path), Choice(block_hash=_hash(block_hash)), None)


@extras.named()
def verify(
    paths: Iterable[str | Path], source: Reader, *, trial: bytes | None = None, trusting: Iterable[bytes] = ()
) -> tuple[Verdict, ...]:
    """What files, or all files of folders, are on a chain, and which checks they meet.

    `trial` is the one that is meant [found by digest]; `trusting` names parties whose accreditations count.
    """
    from trialseal.report.trial.verifying import verified

    return tuple(verified(source, [Path(one) for one in paths], trial=trial, accreditors=frozenset(trusting)).verdicts)


@extras.named()
def history(trial: str | bytes, source: Reader, *, trusting: Iterable[bytes] = ()) -> History:
    """A trial's acts: by its id, or by a registry number that one trial claims.

    FailedError if there is none, UndeterminedError if several claim the number and nobody you trust tells them apart.
    """
    from trialseal.documents.identifiers import typed_id
    from trialseal.evidence.claimants import claimants_of
    from trialseal.registries.numbers import read

    id = trial if isinstance(trial, bytes) else typed_id(trial)
    if id is None:
        number = read(str(trial)).number
        claimants = claimants_of(source, number, frozenset(trusting))
        if not claimants.all:
            raise FailedError(f"no trial on chain {source.chain_id()} has claimed {number}")
        if claimants.meant is None:
            many = f"{len(claimants.all)} trials claim {number}"
            raise UndeterminedError(f"{many}: name the trial by its id, or whom you trust")
        id = claimants.meant.trial
    if source.trial(id) is None:
        raise FailedError(f"there is no trial {id.hex()} on chain {source.chain_id()}")
    return source.history(id)


@extras.named()
def trials(source: Reader) -> Trials:
    """Every trial of a chain. For very many, `source.trial_list().pages()` holds no more than a page in memory."""
    listed = source.trial_list()
    found = tuple(one for page in listed.pages() for one in page)
    return Trials(found, str(listed.gap) if listed.gap else None)


@extras.named()
def record(path: str | Path, number: str | None = None) -> RegistryHistory:
    """What a registry said of a trial, in the versions that a file or folder holds."""
    from trialseal.registries.reading import read_registry

    return read_registry(path, number)


@extras.named()
def check(registry: RegistryHistory, *, as_of: date | None = None) -> tuple[Finding, ...]:
    """Every rule's finding about a trial's record. One that fails is a question, and no accusation."""
    from trialseal.rules.trial_case import TrialCase
    from trialseal.rules.trial_catalogue import judge_trial

    return judge_trial(TrialCase(as_of=as_of or _today(), registry=registry))


@extras.named()
def due(registry: RegistryHistory, *, as_of: date | None = None) -> tuple[Duty, ...]:
    """What a trial owes by its record, the earliest first."""
    from trialseal.rules.duties import duties
    from trialseal.rules.trial_case import TrialCase

    return duties(TrialCase(as_of=as_of or _today(), registry=registry))


@extras.named()
def portfolio(registries: Iterable[RegistryHistory], *, as_of: date | None = None) -> list[dict[str, Any]]:
    """A row for each trial with every rule's answer, all with the same columns."""
    from trialseal.report.portfolio.table import portfolio_rows

    return [dict(row) for row in portfolio_rows(registries, as_of or _today())]


@extras.named()
def frame(rows: Sequence[Any]) -> pd.DataFrame:
    """A data frame of values of one kind: findings, duties, registrations, rows."""
    import pandas as pd

    return pd.DataFrame([_members(row) for row in rows])


def _members(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    names = dict.fromkeys(name for kind in reversed(type(row).__mro__) for name in getattr(kind, "__annotations__", {}))
    return {name: getattr(row, name) for name in names if hasattr(row, name) and not name.startswith("_")}


def _hash(given: bytes | str | None) -> bytes | None:
    if given is None:
        return None
    try:
        made = given if isinstance(given, bytes) else bytes.fromhex(given.removeprefix("0x"))
    except ValueError:
        made = b""
    if len(made) != 32:
        raise UsageError("a block's hash is 0x and 64 hexadecimal digits: copy it whole")
    return made


def _today() -> date:
    return datetime.now(UTC).date()
