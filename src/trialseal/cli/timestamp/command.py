"""`timestamp`: dates files by second clocks, upgrades promises, checks proofs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialseal import escaping, extras
from trialseal.cli.session import Session
from trialseal.cli.timestamp import asking
from trialseal.cli.timestamp.basis import basis_of
from trialseal.clocks import judging
from trialseal.clocks.exchange import clock_at
from trialseal.clocks.judging import Basis, ClockAnswer, ClockFinding
from trialseal.errors import UsageError
from trialseal.folder import clock_proofs
from trialseal.folder.collecting import collect
from trialseal.folder.reading import FileReading, Readings
from trialseal.folder.trial_folder import Surroundings

_CODES = {ClockAnswer.HOLDS: 0, ClockAnswer.FAILS: 1, ClockAnswer.UNDETERMINED: 2}


def timestamp(session: Session) -> int:
    """Stamps, upgrades and checks, as far as each is asked for."""
    args, out = session.args, session.out
    _require_sense(args)
    calendars = [clock_at(url, "--calendar") for url in args.calendar]
    authorities = [clock_at(url, "--authority") for url in args.authority]
    basis = basis_of(args)
    readings = Readings()
    meant = collect([Path(path) for path in args.paths])
    found = [readings.of(path, follow=not meant.was_found(path)) for path in meant.files]
    if not found:
        raise UsageError("no file to stamp or check was found: name a file, or a folder that holds one")
    if args.proof and len(found) != 1:
        raise UsageError(f"--proof is about one file, and {len(found):,} are named: name one")
    places = _places(found, readings)
    asked = asking.Asking(out, found, places)
    if authorities:
        extras.require("rfc3161_client")
    if args.upgrade:
        asked.upgrade(calendars)
    else:
        asked.stamp(calendars, authorities)
    code, checked = _check(session, found, places, basis) if args.check else (0, [])
    out.value({"kept": asked.kept, "faults": asked.faults, "files": checked})
    return max(code, asked.code) if 1 not in (code, asked.code) else 1


def _require_sense(args: Any) -> None:
    if args.upgrade and (args.authority or not args.calendar):
        raise UsageError("--upgrade asks the calendars that you name with --calendar URL, and no authority")
    if (args.proof or args.bitcoin_header or args.tsa_root) and not args.check:
        raise UsageError("--proof, --bitcoin-header and --tsa-root are for checking: add --check")
    if not (args.calendar or args.authority or args.check):
        raise UsageError("name a clock with --calendar URL or --authority URL, or check with --check")


def _places(found: Sequence[FileReading], readings: Readings) -> list[Path]:
    """For each file, the folder that keeps its proofs."""
    surroundings = Surroundings(readings)
    return [clock_proofs.place_for(one.path, surroundings) for one in found]


def _check(
    session: Session,
    found: Sequence[FileReading],
    places: Sequence[Path],
    basis: Basis,
) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and each file's answers: 0 if for each file a proof holds and none fails."""
    out, values, codes = session.out, [], []
    kept_in = clock_proofs.Kept()
    for reading, place in zip(found, places, strict=True):
        named = [Path(name) for name in session.args.proof]
        answers: list[tuple[Path, ClockFinding]] = []
        for path in [*kept_in.of_digest(reading.raw, [place, reading.path.parent]), *named]:
            answers += [(path, one) for one in clock_proofs.judged(path, reading.raw, basis, follow=path in named)]
        codes.append(_CODES[judging.together([one for _, one in answers])])
        if not answers:
            out.say(f"{escaping.path(reading.path)}: no proof of a second clock found in {escaping.path(place)}")
        for path, one in answers:
            out.say(f"{escaping.path(reading.path)}: {one.sentence}")
            out.say(f"  by {escaping.path(path)}")
        values.append(
            {
                "file": str(reading.path),
                "sha256": reading.raw.hex(),
                "proofs": [
                    {"proof": str(path), "clock": one.clock, "answer": one.answer, "words": one.words, "time": one.time}
                    for path, one in answers
                ],
            }
        )
    if any(one["proofs"] for one in values):
        out.say("a clock shows that bytes existed by a time; it does not show who wrote them, or that they are true")
    return 1 if 1 in codes else max(codes), values
