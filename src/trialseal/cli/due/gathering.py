"""What is looked at for `due`: the trials that were named, each with its records, and with its acts on the chain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from trialseal.cli.session import Session
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.profiles import find_names
from trialseal.evidence.trials import TrialLoader
from trialseal.files import is_file
from trialseal.folder import layout
from trialseal.folder.statements import Met, met_in
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.history import RegistryHistory
from trialseal.registries.numbers import read
from trialseal.registries.reading import by_number, read_histories, record_files
from trialseal.rules.duties import Duty
from trialseal.rules.trial_case import SealedTrial
from trialseal.rules.upkeep import Ending, StreamAtHand, ending_duties, stream_duties

# Below a trial's folder: what is no record, and may be large.
_NOT_RECORDS = frozenset({layout.RECEIPTS, layout.STREAMS, layout.DATA, layout.CLOCKS, layout.PARTIES})


class Found(NamedTuple):
    """A trial that was named."""

    name: str
    where: str
    registry: RegistryHistory | None
    sealed: SealedTrial | None = None
    upkeep: tuple[Duty, ...] = ()
    """What its own streams and attestations ask for."""
    met: tuple[Met, ...] = ()
    folder: Path | None = None
    claimed: bool = False
    """Whether its receipts say that it is on the chain."""


class Places(NamedTuple):
    """What the named paths are: folders of trials, and files of records."""

    folders: tuple[Path, ...]
    records: tuple[Path, ...]


def places(paths: list[Path]) -> Places:
    """Trials' folders, named or one level below; records, named or in a folder that is no trial's."""
    folders: list[Path] = []
    records: list[Path] = []
    for path in paths:
        if is_file(path):
            records.append(path)
        elif not path.is_dir():
            raise UsageError(f"{path} is not there: name a trial's folder, a registry record, or a folder of them")
        elif _is_trial(path):
            folders.append(path)
        else:
            within = [one for one in sorted(path.iterdir()) if one.is_dir() and not one.is_symlink() and _is_trial(one)]
            folders += within
            records += [one for one in record_files(path)[0] if not any(one.is_relative_to(two) for two in within)]
    return Places(tuple(dict.fromkeys(folders)), tuple(dict.fromkeys(records)))


def _is_trial(path: Path) -> bool:
    return is_file(path / layout.PROTOCOL) or (path / layout.RECEIPTS).is_dir()


def trials(session: Session, found: Places, not_told: list[str]) -> Iterator[Found]:
    """Each trial; what could not be looked at becomes a sentence in `not_told`."""
    named = set(map(str, session.args.paths))
    for number, folder in enumerate(found.folders):
        session.out.progress(f"looking at {folder} ({number + 1} of {len(found.folders)}) …")
        try:
            yield _of_folder(session, TrialFolder.open(folder) if is_file(folder / layout.PROTOCOL) else
                             TrialFolder(folder), not_told)  # fmt: skip
        except (FailedError, UsageError) as error:
            not_told.append(f"{folder}: {error}")
    for one in by_number(_histories(found.records, not_told, named)):
        yield Found(one.number, one.last.source, one)


def _histories(paths: Iterable[Path], not_told: list[str], named: Collection[str] = ()) -> Iterator[RegistryHistory]:
    """The histories in files; one that cannot be read is an error if a user `named` it, else told if it is missed."""
    for path in paths:
        try:
            yield from read_histories(path)
        except (FailedError, UsageError) as error:
            if str(path) in named:
                raise
            if _named_for_a_trial(path):
                not_told.append(str(error))


def _named_for_a_trial(path: Path) -> bool:
    """Whether a file's name says that it is a record, so that it is missed where it cannot be read."""
    try:
        return read(path.stem.partition("__")[0]).registry is not None
    except UsageError:
        return False


def _of_folder(session: Session, folder: TrialFolder, not_told: list[str]) -> Found:
    registry, met = _record(folder, not_told), met_in(folder.path)
    name = registry.number if registry else folder.code or folder.path.name
    unseen = Found(name, str(folder.path), registry, met=met, folder=folder.path, claimed=bool(folder.claims.trials))
    if not folder.claims.trials or session.args.offline:
        if folder.claims.trials:
            not_told.append(f"{folder.path}: its milestones, streams and attestations, since no chain was asked")
        return unseen
    try:
        sealed, upkeep = _on_chain(session, folder)
    except UndeterminedError as error:
        not_told.append(f"{folder.path}: its milestones, streams and attestations: {error}")
        return unseen
    numbers = sealed.evidence.numbers
    return Found(numbers[0].number if numbers else name, str(folder.path), registry, sealed, upkeep, met, folder.path)


def _record(folder: TrialFolder, not_told: list[str]) -> RegistryHistory | None:
    """The trial's record, of all versions in its folder, sealed copies among them."""
    paths = [one for one in record_files(folder.path)[0] if not _NOT_RECORDS & set(_parts(one, folder.path))]
    found = by_number(_histories((one for one in paths if one.name not in _OURS), not_told))
    if len(found) > 1:
        own = next((one for one in found if any(v.source.endswith(layout.REGISTRY_RECORD) for v in one.versions)), None)
        if own is None:
            names = ", ".join(one.number for one in found)
            raise UsageError(f"it holds records of several trials ({names}): keep one trial's records in a folder")
        return own
    return found[0] if found else None


_OURS = frozenset({layout.PROTOCOL, layout.RESULTS, layout.SPONSOR})


def _parts(path: Path, folder: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts[:-1]


def _on_chain(session: Session, folder: TrialFolder) -> tuple[SealedTrial, tuple[Duty, ...]]:
    from trialseal.cli.trial.naming import trial_of

    chain = session.reader
    trial = trial_of(session, folder)
    names = find_names(chain, folder.profile_folders)
    evidence = TrialLoader(chain, folder.files, names).load(trial, folder)
    if gap := evidence.history.gap:
        raise UndeterminedError(str(gap))
    now = chain.as_of().time
    endings = _endings(session, evidence.history.state.sponsor, trial, now)
    return SealedTrial(evidence), (*stream_duties(_streams(session, folder), now), *ending_duties(endings))


def _streams(session: Session, folder: TrialFolder) -> Iterator[StreamAtHand]:
    from trialseal.cli.events.stores import stores_in

    chain = session.reader
    for store in stores_in([folder.path]):
        config = store.config
        where = (config.trial, config.writer, config.id)
        if opened := chain.stream_opened_at(*where):
            yield StreamAtHand(config.name, store.size, chain.head(*where), config.schedule, opened)


def _endings(session: Session, sponsor: bytes, trial: bytes, now: int) -> Iterator[Ending]:
    """What stands about the sponsor and the trial, and ends."""
    chain = session.reader
    chain.load(subjects=[sponsor, trial])
    for subject, whose in ((sponsor, "of the sponsor"), (trial, "about the trial")):
        attested = chain.attested(subject)
        if attested.gap:
            raise UndeterminedError(str(attested.gap))
        for one in attested.records:
            if one.until and one.stands_in_block(now):
                kind = "attestation" if one.kind is AttestationKind.ACCREDITATION else one.kind
                meaning = f" as {one.meaning}" if one.meaning is not None else ""
                yield Ending(f"{kind}{meaning} {whose}, by party {one.author.hex()[:8]}…", one.until, one.time)
