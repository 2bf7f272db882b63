"""What a chain holds of the trial that a check is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.errors import UsageError

if TYPE_CHECKING:
    from trialseal.cli.check.reported import ReportedSide
    from trialseal.evidence.snapshots import Snapshot
    from trialseal.registries.history import RegistryHistory
    from trialseal.report.check.view import SourceView
    from trialseal.rules.finding import Finding
    from trialseal.rules.trial_case import SealedTrial


def sealed_side(
    session: Session, registry: RegistryHistory | None, side: ReportedSide | None
) -> tuple[SealedTrial | None, SourceView]:
    """The trial on the chain that `--network` names: the one named, or the one that claims the number."""
    from trialseal.report.check.view import SourceView

    args = session.args
    if not (args.network or args.bundle):
        for option in ("trial", "folder", "accredited_by"):
            if getattr(args, option):
                raise UsageError(
                    f"--{option.replace('_', '-')} is about a trial on a chain: say which with --network, or --bundle"
                )
        return None, SourceView("chain", "none", "no chain was asked (--network NET asks one)")
    from trialseal.cli.trial.naming import trial_named
    from trialseal.evidence.claimants import claimants_of, in_brief
    from trialseal.evidence.profiles import find_names
    from trialseal.folder.trial_folder import TrialFolder
    from trialseal.rules.sealed_trial import sealed_trial

    chain = session.reader
    name = f"chain {chain.chain_id()}"
    accreditors = session.trusted
    folder = TrialFolder(Path(args.folder)) if args.folder else None
    named = args.trial or args.folder
    if named is None:
        number = registry.number if registry else side.own_number() if side else None
        claimants = claimants_of(chain, number, accreditors) if number else None
        if claimants is None or not claimants.all:
            gap = f"; {claimants.gap}" if claimants and claimants.gap else ""
            return None, SourceView("chain", name, f"no trial on it claims the number{gap}")
        if claimants.meant is None:
            # Anyone may claim a number: the rest of the check goes on without.
            many = (
                f"{len(claimants.all):,} trials on it claim the number, and which is meant cannot be told: name it by"
            )
            session.out.say(f"{name}: {many} its id with --trial, or whom you trust with --accredited-by")
            for line in in_brief(claimants, {one.party: one.legal_name for one in session.parties}):
                session.out.say(line)
            return None, SourceView("chain", name, f"{many} its id")
        trial, own = claimants.meant.trial, None
    else:
        trial, own = trial_named(session, named)
    folders = [session.home / "parties", *([Path(args.folder)] if args.folder else [])]
    if own is not None:
        folder = folder or own
        folders += own.profile_folders
    names = find_names(chain, folders)
    sealed = sealed_trial(chain, trial, names, folder=folder, accreditors=accreditors)
    clock = ", whose operator sets its clock" if sealed.evidence.is_devnet else ""
    return sealed, SourceView("chain", name, f"trial {trial.hex()[:16]}…{clock}")


def consent_findings(session: Session, sealed: SealedTrial | None) -> tuple[Finding, ...] | None:
    """What the audit of consents finds in the streams that lie in the trial's folder, if any do."""
    args = session.args
    places = [Path(named) for named in (args.folder, args.trial) if named and (Path(named) / "streams").is_dir()]
    if sealed is None or not places:
        return None
    from trialseal.cli.consent.command import trial_consent

    return trial_consent(session, sealed.evidence.trial, places[0])


def record_snapshots(session: Session, registry: RegistryHistory) -> tuple[tuple[Snapshot, ...], str | None]:
    """Who date-stamped the record's files on the chain, and why that may not be all; names by profiles kept here."""
    from trialseal.evidence.profiles import find_names
    from trialseal.evidence.snapshots import snapshots_of
    from trialseal.registries.numbers import read

    found = snapshots_of(session.reader, registry, find_names(session.reader, [session.home / "parties"]))
    gap = session.reader.attested(read(registry.number).fold).gap
    return found, str(gap) if gap else None
