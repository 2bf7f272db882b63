"""`verify`: what files are on the chain, and which checks they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.cli.trial.bundles_near import bundles_near, folder_with_its_bundle, hint
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import UndeterminedError, UsageError
from trialseal.evidence.bundle.bundle import NO_TRIAL
from trialseal.evidence.bundle.named import is_bundle
from trialseal.evidence.sealings import sealings_of
from trialseal.evidence.wording import count, listed
from trialseal.folder import layout
from trialseal.folder.collecting import aside_words
from trialseal.folder.held import Held
from trialseal.folder.layout import FileRole
from trialseal.folder.reading import Readings
from trialseal.folder.trial_folder import folder_of
from trialseal.ledger.rpc import NobodyThere
from trialseal.tables.names import SEAL_ENDING, sealed_path

if TYPE_CHECKING:
    from trialseal.report.trial.verifying import Verification

# More lines than this nobody reads: of many files, those that do not hold are listed first, the rest is counted.
_MANY = 40
_MANY_MISSING = 12
# How much of a note is shown.
_LONGEST_TEXT = 300
_CLOCK = "second-clock"


def verify(session: Session) -> int:
    """Says of each file what it is on the chain, and exits with the worst answer. A bundle brings its chain with it."""
    args = session.args
    if "" in args.files:
        raise UsageError("one of the files has an empty name: name a file or a folder (. for this one)")
    bundles = [file for file in args.files if is_bundle(file)]
    if not bundles:
        near = () if args.bundle else bundles_near(args.files)
        return _verify_beside(session, near) if near else _verify(session, list(map(Path, args.files)))
    if args.bundle:
        raise UsageError("--bundle and a bundle among the files: name one of the two, each brings a chain of its own")
    if len(bundles) > 1:
        if len(bundles) < len(args.files) or args.at or args.trial:
            raise UsageError("several bundles are held against each other: name them alone, or one with files")
        from trialseal.cli.bundle.comparing import compare

        return compare(session, bundles)
    return _verify_by(session, bundles[0], [file for file in args.files if file not in bundles])


def _verify_by(session: Session, bundle: str, others: list[str]) -> int:
    """Verifies other files, and those that it holds, by a bundle."""
    session.args.bundle = bundle
    held = session.open_held()
    inside = [Path(held.root)] if session.opened_bundle.files else []
    return _verify(session, [*map(Path, others), *inside], held)


def _verify_beside(session: Session, bundles: Sequence[str]) -> int:
    """Verifies by a node what bundles lie beside; where none answers, by the one bundle of a folder, or says its name.

    A network that was named is meant: no bundle takes its place.
    """
    files = session.args.files
    try:
        return _verify(session, [Path(file) for file in files], beside=bundles)
    except NobodyThere as error:
        if not (session.on_devnet and folder_with_its_bundle(files, bundles)):
            raise UndeterminedError(f"{error.where}; {hint(session, bundles)}") from None
        told = f"no node was named and none answers: read by the bundle that lies there, {escaping.path(bundles[0])}"
        session.out.remark(told, always=True)
        return _verify_by(session, bundles[0], files)
    except UndeterminedError as error:
        raise UndeterminedError(f"{error}; {hint(session, bundles)}") from None


def _verify(session: Session, paths: list[Path], held: Held | None = None, beside: Sequence[str] = ()) -> int:
    """`held` is where a bundle's files lie; `beside` are bundles that lie beside the files, and were not read."""
    from trialseal.report.trial.verdict import as_json

    args, out = session.args, session.out
    readings = Readings(held)
    trial: bytes | None
    if held is not None:
        from trialseal.cli.bundle.updating import require_extends

        reader = session.reader
        trial = session.opened_bundle.trial
        if trial == NO_TRIAL:
            from trialseal.cli.bundle.attested import tell_attested

            if paths:
                raise UsageError(f"{escaping.path(args.bundle)} is of no trial: verify it without files")
            return tell_attested(session)
        history = reader.history(trial)
        gap = history.gap
        out.say(f"trial {trial.hex()[:16]}…: {f'not complete: {gap}' if gap else _all(len(history.acts))}")
        require_extends(session, session.opened_bundle)
        if session.opened_bundle.packer:
            from trialseal.cli.bundle.signing import packer_words

            out.say(f"  {packer_words(session, session.opened_bundle.packer, Path(held.root), readings)}")
        if not paths:
            return 2 if gap else 0
    else:
        trial = trial_named(session, args.trial)[0] if args.trial else _bundled(session)
    each = args.all or out.as_json or args.bitcoin_header or args.tsa_root
    found = verified(session, paths, trial, readings, None if each else _MANY)
    found = _with_clocks(session, found, readings)
    verdicts = found.verdicts
    if not verdicts and not found.counted:
        raise UndeterminedError(
            "there is no file to verify in what was named: names that begin with a dot, and receipts, are skipped"
        )
    shown, number = verdicts, len(verdicts) + sum(found.counted.values())
    if not args.all and (number > _MANY or found.counted):
        shown = sorted((one for one in verdicts if one.exit_code), key=lambda one: one.exit_code)[:_MANY]
    several = held is not None and len({_lies_in(one.file, held) for one in shown}) > 1
    before = None
    for one in sorted(shown, key=lambda one: _lies_in(one.file, held)) if several else shown:
        if several and (where := _lies_in(one.file, held)) != before:
            out.say(f"in {escaping.path(args.bundle)}:" if where else "among the files that you named:")
            before = where
        out.say(one.sentence)
        for fact in (fact for finding in one.findings if finding.rule == _CLOCK for fact in finding.facts):
            out.say(f"  second clock: {escaping.visible(fact)}")
        if args.verbose:
            for finding in one.findings:
                out.say(f"  {finding.status.value:<16} {finding.rule}: {finding.sentence}")
    tables = sum(one.place.endswith(SEAL_ENDING) and readings.places.lies(sealed_path(one.file)) for one in verdicts)
    if tables:
        out.say(
            f"note: seal documents of tables or folders: {tables}; trialseal dataset verify compares those with them"
        )
    folders = {folder.path: folder for one in shown if (folder := folder_of(one.file, readings))}
    for folder, note in dict.fromkeys((one, note) for one in folders.values() for note in one.notes):
        protocol = escaping.path(_as_named(folder.path / "protocol.json", held))
        out.say(f"{protocol} notes: {escaping.name(note, _LONGEST_TEXT)}")
    clocks = sum(one.role is FileRole.CLOCK_PROOF for one in found.aside)
    if clocks:
        out.say(
            f"note: {count(clocks, 'proof')} of second clocks not judged: name the block header or root "
            "certificate that you trust, with --bitcoin-header or --tsa-root"
        )
    set_aside = [one._replace(path=_as_named(one.path, held)) for one in found.aside]
    if aside := aside_words(set_aside, paths):
        out.say(f"note: not counted: {aside}")
    for fault in dict.fromkeys(fault for folder in folders.values() for fault in folder.claims.faults):
        out.say(f"note: {escaping.visible(fault)}")
    counts = Counter(one.exit_code for one in verdicts) + Counter(found.counted)
    if number > 1:
        out.say(
            f"{number} files: {counts[0]} hold, {counts[1]} do not, "
            f"{counts[2]} could not be determined" + ("" if len(shown) == number else " (--all lists every file)")
        )
    if any(path.is_dir() for path in paths) or held is not None:
        for line in _missing(session, found, trial):
            out.say(line)
    if beside and any(one.exit_code == 1 and one.trial is None for one in verdicts):
        out.say(f"note: {hint(session, beside)}")
    if number > 1 and not session.reader.vouching().vouched:
        out.say("nobody whom you trust vouches for the block: until somebody does, none of this is determined")
    if out.as_json:
        out.value([as_json(one._replace(place=str(_as_named(one.file, held)))) for one in verdicts])
    return 1 if counts[1] else 2 if counts[2] else 0


def _all(acts: int) -> str:
    return f"{count(acts, 'act')}, which {'is' if acts == 1 else 'are'} all of them"


def _lies_in(file: Path, held: Held | None) -> bool:
    """Whether a file is the bundle's."""
    return held is not None and file.absolute().is_relative_to(held.root)


def _missing(session: Session, found: Verification, trial: bytes | None) -> Iterator[str]:
    """What the one trial that is meant sealed, of which no file is among those that were judged."""
    trials = {one.trial for one in found.verdicts if one.trial} | ({trial} if trial else set())
    if len(trials) != 1:
        return
    history = session.reader.history(trials.pop())
    if history.gap:
        return
    acts = sealings_of(history.acts)
    lacking = [f"{one.words} (act {one.act})" for digest, one in acts if digest not in found.sealed]
    if lacking:
        more = [count(len(lacking) - _MANY_MISSING, "other")] if len(lacking) > _MANY_MISSING else []
        yield f"sealed, and not among these files: {listed([*lacking[:_MANY_MISSING], *more])}"


def _bundled(session: Session) -> bytes | None:
    """The trial of the bundle that takes a node's place: it alone is meant, since the bundle shows no other."""
    if not session.args.bundle or session.opened_bundle.trial == NO_TRIAL:
        return None
    return session.opened_bundle.trial


def _with_clocks(session: Session, found: Verification, readings: Readings) -> Verification:
    """The verdicts with what second clocks say, if the reader named what to rest on."""
    if not (session.args.bitcoin_header or session.args.tsa_root):
        return found
    from trialseal.cli.timestamp.basis import basis_of
    from trialseal.report.trial.clock_findings import with_clocks

    places = readings.places
    folders = [Path(places.root, layout.CLOCKS)] if isinstance(places, Held) else []
    return with_clocks(found, basis_of(session.args), folders, places)


def _as_named(file: Path, held: Held | None) -> Path:
    """A file of a bundle by its name there."""
    if held is not None and file.absolute().is_relative_to(held.root):
        return file.absolute().relative_to(held.root)
    return file


def verified(
    session: Session,
    files: list[Path],
    trial: bytes | None,
    readings: Readings | None = None,
    most: int | None = None,
) -> Verification:
    """What the files are on the chain, and what was set aside; profiles kept on this computer name parties.

    `most` as in `report`'s `verified`.
    """
    from trialseal.report.trial import verifying

    return verifying.verified(
        session.reader,
        files,
        trial=trial,
        accreditors=session.trusted,
        check_domain=getattr(session.args, "check_domain", False),
        profile_folders=[session.home / "parties"],
        progress=session.out.progress,
        readings=readings,
        most=most,
    )
