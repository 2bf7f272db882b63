"""What a proof of a second clock shows of a file, to a reader who names what to rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from trialseal import escaping
from trialseal.clocks import opentimestamps, tokens
from trialseal.clocks.bitcoin import BitcoinHeader
from trialseal.clocks.opentimestamps import End
from trialseal.clocks.steps import Bitcoin, Promise, Proof
from trialseal.clocks.tokens import AuthorityToken

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class ClockAnswer(StrEnum):
    """What may be said of a proof."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDETERMINED = "undetermined"


class GivenHeader(NamedTuple):
    """A header that the reader brings, and the height that the reader says it has."""

    header: BitcoinHeader
    height: int | None


class Basis(NamedTuple):
    """What a reader rests on when proofs of second clocks are judged. Nothing is trusted by default."""

    headers: tuple[GivenHeader, ...] = ()
    """Of Bitcoin blocks."""
    roots: tuple[Certificate, ...] = ()
    """Of time-stamping authorities."""


class ClockFinding(NamedTuple):
    """One clock's answer."""

    answer: ClockAnswer
    clock: str
    """'Bitcoin block 358,391', 'the calendar https://…', 'the authority CN=…'."""
    words: str
    """What is shown, or what is missing and what would settle it."""
    time: int | None = None
    """By when the bytes existed, in seconds since 1970, where that is shown."""

    @property
    def sentence(self) -> str:
        """'Bitcoin block 358,391: holds: these bytes existed by …'."""
        shown = "cannot be determined" if self.answer is ClockAnswer.UNDETERMINED else str(self.answer)
        return f"{self.clock}: {shown}: {self.words}"


def together(found: Sequence[ClockFinding]) -> ClockAnswer:
    """What all proofs of one file come to: some must hold, and none fail."""
    answers = {one.answer for one in found}
    if ClockAnswer.FAILS in answers:
        return ClockAnswer.FAILS
    return ClockAnswer.HOLDS if ClockAnswer.HOLDS in answers else ClockAnswer.UNDETERMINED


def judge_proof(proof: Proof, digest: bytes, headers: Sequence[GivenHeader]) -> list[ClockFinding]:
    """Each attestation of an OpenTimestamps proof, for a file with this SHA-256."""
    if proof.digest != digest:
        return [_of_other_bytes("OpenTimestamps", proof.digest)]
    return [_judge_end(end, headers) for end in opentimestamps.ends(proof.digest, proof.steps)]


def judge_token(token: AuthorityToken, digest: bytes, roots: Sequence[Certificate]) -> ClockFinding:
    """A token's answer, for a file with this SHA-256."""
    clock = f"the authority {escaping.name(token.signer)}" if token.signer else "an authority"
    if token.digest != digest:
        return _of_other_bytes(clock, token.digest)
    said = _moment(int(token.time.timestamp()))
    if not roots:
        return ClockFinding(
            ClockAnswer.UNDETERMINED,
            clock,
            f"it says {said}; who signed that is not known: give the authority's root certificate with --tsa-root FILE",
        )
    why = tokens.refusal(token, roots)
    if why is not None:
        return ClockFinding(ClockAnswer.FAILS, clock, f"the token does not follow from your root: {why}")
    return ClockFinding(
        ClockAnswer.HOLDS,
        clock,
        f"these bytes existed by {said}, as an authority under your root says",
        int(token.time.timestamp()),
    )


def _judge_end(end: End, headers: Sequence[GivenHeader]) -> ClockFinding:
    attestation = end.attestation
    if isinstance(attestation, Promise):
        where = attestation.calendar
        return ClockFinding(
            ClockAnswer.UNDETERMINED,
            f"the calendar {escaping.quoted(where)}",
            "it promises a Bitcoin block, which this proof does not yet name: upgrade it, some hours after the stamp, "
            f"with --upgrade --calendar {escaping.quoted(where)}",
        )
    if isinstance(attestation, Bitcoin):
        return _judge_block(attestation, end, headers)
    return ClockFinding(
        ClockAnswer.UNDETERMINED,
        f"an attestation of kind {attestation.tag.hex()}",
        "this program does not know that kind",
    )


def _judge_block(attestation: Bitcoin, end: End, headers: Sequence[GivenHeader]) -> ClockFinding:
    clock = f"Bitcoin block {attestation.height:,}"
    if end.message is None:
        return ClockFinding(ClockAnswer.UNDETERMINED, clock, str(end.missing))
    if len(end.message) != 32:
        return ClockFinding(ClockAnswer.FAILS, clock, "the proof does not lead to a Merkle root of 32 bytes")
    for given in headers:
        header = given.header
        if given.height not in (None, attestation.height):
            continue
        if header.merkle_root == end.message:
            return ClockFinding(
                ClockAnswer.HOLDS,
                clock,
                f"these bytes existed by {_moment(header.time)} (a miner's clock, within some 2 hours), as the header "
                f"{header.shown} shows that you gave; it cost about {header.work:.1e} hashes to make. Compare this "
                "hash with a block explorer: the header does not say its height",
                header.time,
            )
        if given.height is not None:
            return ClockFinding(
                ClockAnswer.FAILS, clock, f"the proof does not lead to the header {header.shown} that you gave"
            )
    what = "no header that you gave has" if headers else "you gave no header; the proof leads to"
    return ClockFinding(
        ClockAnswer.UNDETERMINED,
        clock,
        f"{what} the Merkle root {end.message[::-1].hex()}: compare it with a block explorer's for block "
        f"{attestation.height}, or give that block's header with --bitcoin-header {attestation.height}=HEX",
    )


def _of_other_bytes(clock: str, digest: bytes) -> ClockFinding:
    return ClockFinding(ClockAnswer.FAILS, clock, f"it stamps other bytes, those with SHA-256 {digest.hex()}")


def _moment(time: int) -> str:
    try:
        return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"second {time}"
