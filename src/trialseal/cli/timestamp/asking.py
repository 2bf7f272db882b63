"""Asks clocks about files, and keeps what they answer; one that fails does not keep the others from being asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from trialseal import escaping
from trialseal.cli.output import Output
from trialseal.clocks import calendar, opentimestamps, tokens
from trialseal.clocks.exchange import Clock
from trialseal.clocks.steps import Bitcoin, Promise, Proof, ProofError, Step, write_proof
from trialseal.errors import FailedError, UndeterminedError
from trialseal.folder import clock_proofs
from trialseal.folder.layout import OPENTIMESTAMPS_ENDING, TOKEN_ENDING
from trialseal.folder.reading import FileReading


class Asking:
    """Questions about files, each of which has a folder that keeps its proofs."""

    def __init__(self, out: Output, files: Sequence[FileReading], places: Sequence[Path]) -> None:
        self._out = out
        self._files = list(zip(files, places, strict=True))
        self.kept: list[str] = []
        """Paths of the proofs that were written."""
        self.faults: list[str] = []
        """A sentence for each clock that did not answer as it should."""
        self.code = 0
        """Exit code of what was asked: 1 where a clock answered with another's token, 2 where one gave no answer."""

    def stamp(self, calendars: Sequence[Clock], authorities: Sequence[Clock]) -> None:
        """Has each clock date each file that it has not dated before."""
        for clock in calendars:
            self._try(partial(self._by_calendar, clock))
        for clock in authorities:
            self._try(partial(self._by_authority, clock))

    def upgrade(self, calendars: Sequence[Clock]) -> None:
        """Asks each calendar for the blocks that it promised to proofs of these files."""
        kept_in = clock_proofs.Kept()
        for reading, place in self._files:
            pending = 0
            for path in kept_in.of_digest(reading.raw, [place]):
                kept = clock_proofs.read(path)
                if isinstance(kept.content, Proof) and opentimestamps.calendars(kept.content):
                    pending += 1
                    proof = kept.content
                    self._try(partial(self._upgrade, path, proof, calendars))
            if not pending:
                self._out.say(f"{escaping.path(reading.path)}: no pending proof found in {escaping.path(place)}")

    def _by_calendar(self, clock: Clock) -> None:
        new = self._not_dated(clock, OPENTIMESTAMPS_ENDING)
        if not new:
            return
        nonces = [os.urandom(opentimestamps.NONCE_BYTES) for _ in new]
        leaves = [sha256(one.raw + nonce).digest() for (one, _), nonce in zip(new, nonces, strict=True)]
        top, paths = opentimestamps.joined(leaves)
        end = calendar.submit(clock, top)
        for (reading, place), nonce, path in zip(new, nonces, paths, strict=True):
            proof = Proof(reading.raw, (*opentimestamps.hidden(nonce), *path, *end))
            self._keep(reading, place, clock.name, OPENTIMESTAMPS_ENDING, write_proof(proof))
        self._out.say(f"  {clock.shown} received one digest, which hides the content with random numbers")
        self._out.say("  it promises a Bitcoin block: run the same command with --upgrade in some hours")

    def _by_authority(self, clock: Clock) -> None:
        new = self._not_dated(clock, TOKEN_ENDING)
        for number, (reading, place) in enumerate(new):
            self._out.progress(f"{clock.shown}: {number:,} of {len(new):,}")
            self._keep(reading, place, clock.name, TOKEN_ENDING, tokens.request(clock, reading.raw))
        if new:
            self._out.say(
                f"  {clock.shown} learnt the SHA-256 of what it stamped: who guesses the content can recognise it"
            )

    def _upgrade(self, path: Path, proof: Proof, calendars: Sequence[Clock]) -> None:
        answers: dict[int, tuple[Step, ...]] = {}
        for end in opentimestamps.ends(proof.digest, proof.steps):
            if not isinstance(end.attestation, Promise) or end.message is None:
                continue
            promised = end.attestation.calendar
            clock = next((one for one in calendars if one.url.rstrip("/") == promised.rstrip("/")), None)
            if clock is None:
                self._out.say(
                    f"{escaping.path(path)}: not asked: {escaping.quoted(promised)}, which you did not name "
                    "with --calendar"
                )
                continue
            steps = calendar.look_up(clock, end.message)
            if steps is None:
                self._out.say(f"{escaping.path(path)}: {clock.shown} has no block yet: try again in some hours")
                continue
            answers[end.place] = steps
        if answers:
            self._keep_upgraded(path, proof, answers)

    def _keep_upgraded(self, path: Path, proof: Proof, answers: dict[int, tuple[Step, ...]]) -> None:
        try:
            made = opentimestamps.upgraded(proof, answers)
        except ProofError as error:
            raise UndeterminedError(f"{escaping.path(path)} cannot be upgraded ({error}): try later") from None
        heights = sorted(one.height for one in made.steps if isinstance(one, Bitcoin))
        clock = f"{path.stem.partition('-')[2]}-bitcoin-{heights[0]}"
        where, new = clock_proofs.keep(path.parent, proof.digest, clock, OPENTIMESTAMPS_ENDING, write_proof(made))
        if new:
            self.kept.append(str(where))
        self._out.say(
            f"{escaping.path(path)}: Bitcoin block {heights[0]:,}, as the calendar says; "
            f"{'kept' if new else 'kept already'} in {escaping.path(where)}"
        )

    def _not_dated(self, clock: Clock, ending: str) -> list[tuple[FileReading, Path]]:
        """The files of which no proof of this clock is kept; of several with the same bytes, one."""
        new: dict[Path, tuple[FileReading, Path]] = {}
        for reading, place in self._files:
            path = clock_proofs.path_of(place, reading.raw, clock.name, ending)
            if os.path.lexists(path):
                self._out.say(f"{escaping.path(reading.path)}: stamped already by {clock.shown}: {escaping.path(path)}")
            else:
                new.setdefault(path, (reading, place))
        return list(new.values())

    def _keep(self, reading: FileReading, place: Path, clock: str, ending: str, data: bytes) -> None:
        path, _ = clock_proofs.keep(place, reading.raw, clock, ending, data)
        self.kept.append(str(path))
        self._out.say(f"{escaping.path(reading.path)}: stamped by {clock}; the proof is {escaping.path(path)}")

    def _try(self, ask: Callable[[], None]) -> None:
        try:
            ask()
        except (UndeterminedError, FailedError) as error:
            self.faults.append(str(error))
            self.code = 1 if 1 in (self.code, error.exit_code) else error.exit_code
            self._out.remark(str(error), always=True)
