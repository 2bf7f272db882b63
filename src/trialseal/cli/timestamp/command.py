"""`timestamp`: dates files by second clocks, upgrades promises, checks proofs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialseal import escaping, files
from trialseal.cli.session import Session
from trialseal.cli.timestamp import asking
from trialseal.clocks import judging, tokens
from trialseal.clocks.bitcoin import HeaderFault, read_header
from trialseal.clocks.exchange import clock_at
from trialseal.clocks.judging import ClockAnswer, ClockFinding, GivenHeader
from trialseal.clocks.steps import Proof
from trialseal.errors import UsageError
from trialseal.folder import clock_proofs
from trialseal.folder.collecting import collect
from trialseal.folder.reading import FileReading, Readings
from trialseal.folder.trial_folder import Surroundings

_MOST_ROOT_BYTES = 1 << 20
_HEADER = re.compile(r"(?:(\d{1,9})=)?([0-9a-fA-F]{160})")


def timestamp(session: Session) -> int:
    """Stamps, upgrades and checks, as far as each is asked for."""
    args, out = session.args, session.out
    _require_sense(args)
    calendars = [clock_at(url, "--calendar") for url in args.calendar]
    authorities = [clock_at(url, "--authority") for url in args.authority]
    headers = [_given_header(text) for text in args.bitcoin_header]
    roots = [
        one
        for name in args.tsa_root
        for one in tokens.roots_in(files.read_file(Path(name), _MOST_ROOT_BYTES), escaping.path(name))
    ]
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
        tokens.require_extra()
    if args.upgrade:
        asked.upgrade(calendars)
    else:
        asked.stamp(calendars, authorities)
    code, checked = _check(session, found, places, headers, roots) if args.check else (0, [])
    out.value({"kept": asked.kept, "faults": asked.faults, "files": checked})
    return max(code, asked.code) if 1 not in (code, asked.code) else 1


def _require_sense(args: Any) -> None:
    if args.upgrade and (args.authority or not args.calendar):
        raise UsageError("--upgrade asks the calendars that you name with --calendar URL, and no authority")
    if (args.proof or args.bitcoin_header or args.tsa_root) and not args.check:
        raise UsageError("--proof, --bitcoin-header and --tsa-root are for checking: add --check")
    if not (args.calendar or args.authority or args.check):
        raise UsageError("name a clock with --calendar URL or --authority URL, or check with --check")


def _given_header(text: str) -> GivenHeader:
    found = _HEADER.fullmatch(text)
    if found is None:
        raise UsageError("--bitcoin-header takes the 160 hexadecimal digits of a header, after HEIGHT= if you know it")
    try:
        return GivenHeader(read_header(bytes.fromhex(found[2])), int(found[1]) if found[1] else None)
    except HeaderFault as fault:
        raise UsageError(f"--bitcoin-header: the header {fault}: copy it again") from None


def _places(found: Sequence[FileReading], readings: Readings) -> list[Path]:
    """For each file, the folder that keeps its proofs."""
    surroundings = Surroundings(readings)
    return [clock_proofs.place_for(one.path, surroundings) for one in found]


def _check(
    session: Session,
    found: Sequence[FileReading],
    places: Sequence[Path],
    headers: Sequence[GivenHeader],
    roots: Sequence[Any],
) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and each file's answers: 0 if for each file a proof holds and none fails."""
    out, values, codes = session.out, [], []
    kept_in = clock_proofs.Places()
    for reading, place in zip(found, places, strict=True):
        named = [Path(name) for name in session.args.proof]
        answers: list[tuple[Path, ClockFinding]] = []
        for path in [*kept_in.of_digest(reading.raw, [place, reading.path.parent]), *named]:
            answers += [(path, one) for one in _judged(path, path in named, reading.raw, headers, roots)]
        codes.append(_code([one for _, one in answers]))
        if not answers:
            out.say(f"{escaping.path(reading.path)}: no proof of a second clock found in {escaping.path(place)}")
        for path, one in answers:
            shown = "cannot be determined" if one.answer is ClockAnswer.UNDETERMINED else str(one.answer)
            out.say(f"{escaping.path(reading.path)}: {one.clock}: {shown}: {one.words}")
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


def _judged(
    path: Path, was_named: bool, digest: bytes, headers: Sequence[GivenHeader], roots: Sequence[Any]
) -> list[ClockFinding]:
    kept = clock_proofs.read(path, follow=was_named)
    if kept.content is None:
        return [ClockFinding(ClockAnswer.FAILS, "a damaged proof", f"{kept.fault}: restore it from a copy")]
    if isinstance(kept.content, Proof):
        return judging.judge_proof(kept.content, digest, headers)
    return [judging.judge_token(kept.content, digest, roots)]


def _code(answers: Sequence[ClockFinding]) -> int:
    if any(one.answer is ClockAnswer.FAILS for one in answers):
        return 1
    return 0 if any(one.answer is ClockAnswer.HOLDS for one in answers) else 2
