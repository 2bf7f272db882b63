"""Of very many files: which are plain and named by no act, so that one answer serves them all."""

from __future__ import annotations

from collections.abc import Container, Sequence

from trialseal.evidence.profiles import Names
from trialseal.evidence.source import ChainSource
from trialseal.evidence.trials import TrialLoader
from trialseal.evidence.unshown import unseen_elsewhere
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder


def unnamed(
    chain: ChainSource,
    files: Sequence[FileReading],
    folders: Sequence[TrialFolder | None],
    trial: bytes | None,
    names: Names,
    apart: Container[str] = (),
) -> dict[int, str | None]:
    """By their places, the files that no act of a trial that is meant names, nor any act that the node shows; with why
    it cannot be told that none seals them, or None where that is told.

    `folders` are those that the files lie in, `trial` the one that is meant, as in `seals_of`. Left out are documents
    of ours, files at the paths `apart`, and those of which only the contract's state could tell.
    """
    plain = [n for n, file in enumerate(files) if file.is_plain and file.place not in apart]
    meant = {folder: [trial] if trial else sorted(folder.trials) if folder else [] for folder in set(folders)}
    digests = [files[n].raw for n in plain]
    chain.load(trials={one for some in meant.values() for one in some}, digests=digests)
    shown = chain.acts_by_subject(digests)
    loader = TrialLoader(chain, files, names)
    anywhere: set[TrialFolder | None] = set()  # folders of which nothing says where their files should be
    own: dict[TrialFolder | None, frozenset[bytes]] = {}
    for folder, some in meant.items():
        histories = [history for one in some if (history := loader.history(one))]
        if trial is None and not histories:
            anywhere.add(folder)
        if not any(one.gap for one in histories):
            own[folder] = frozenset(digest for one in some for digest in loader.sealing_acts(one))
    found: dict[int, str | None] = {}
    for n in plain:
        raw, folder = files[n].raw, folders[n]
        if raw not in shown and folder in own and raw not in own[folder]:
            found[n] = None
    return found | unseen_elsewhere(chain, loader, [(n, files[n]) for n in found if folders[n] in anywhere])
