"""RFC 3161: tokens of a time-stamping authority, requested, read and verified through `rfc3161-client`.

The package, and `cryptography` below it, come with the extra trialseal[timestamp]; what needs neither works without.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from trialseal import escaping
from trialseal.clocks.der import DerError, with_sorted_certificates
from trialseal.clocks.exchange import Clock, ask
from trialseal.clocks.steps import ProofError
from trialseal.errors import FailedError, UndeterminedError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MAX_TOKEN_BYTES = 1 << 17
"""Bytes of an answer: a token with a long chain of certificates has some 10,000."""
_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA256_IDENTIFIER = bytes.fromhex("300d06096086480165030402010500")
_GRANTED = 0


class AuthorityToken(NamedTuple):
    """What a token says; nothing of it is believed before `refusal` is None."""

    digest: bytes
    """SHA-256 of what it stamps."""
    time: datetime
    """When the authority says that it saw the digest, in UTC."""
    nonce: int | None
    signer: str
    """The subject of the certificate that it names, as that certificate gives it."""
    response: TimeStampResponse


def request(clock: Clock, content_digest: bytes) -> bytes:
    """A token that the authority gives for a SHA-256, as it sent it.

    UndeterminedError if none comes; FailedError if what comes is a token of something else.
    """
    nonce = secrets.randbits(63)
    body = query(content_digest, nonce)
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    answer = ask(clock, "POST", clock.path, body, headers, MAX_TOKEN_BYTES)
    if answer.status != 200:
        raise UndeterminedError(f"{clock.shown} refuses the digest (HTTP {answer.status}): try another authority")
    try:
        token = read(answer.content)
    except ProofError as error:
        raise UndeterminedError(f"what {clock.shown} answers is no token ({error}): try another authority") from None
    if token.digest != content_digest or token.nonce != nonce:
        raise FailedError(f"{clock.shown} answers with a token of another request: nothing was kept")
    return answer.content


def read(data: bytes) -> AuthorityToken:
    """What a token in a file says. ProofError to follow 'FILE: '; ModuleNotFoundError without the extra."""
    from rfc3161_client import decode_timestamp_response

    if len(data) > MAX_TOKEN_BYTES:
        raise ProofError("it is larger than 128 KiB, which no token needs")
    try:
        response = decode_timestamp_response(with_sorted_certificates(data))
        status = response.status
    except (DerError, ValueError):
        raise ProofError("it is not the answer of a time-stamping authority") from None
    if status != _GRANTED:
        raise ProofError(f"the authority refused (status {status})")
    try:
        info = response.tst_info
        imprint, time = info.message_imprint, info.gen_time
        if imprint.hash_algorithm.dotted_string != _SHA256:
            raise ProofError("it stamps no SHA-256 digest")
        return AuthorityToken(bytes(imprint.message), time, info.nonce, _signer(response), response)
    except ProofError:
        raise
    except Exception:  # the parts are parsed when they are asked for, and the package says what is wrong in many ways
        raise ProofError("its content is not that of a time-stamp token") from None


def refusal(token: AuthorityToken, roots: Sequence[Certificate]) -> str | None:
    """Why the token does not follow from a root that the reader names; None if it does.

    The certificates are judged as of the token's time: that they have run out since changes nothing.
    """
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        VerifierBuilder(roots=list(roots)).build().verify(token.response, token.digest)
    except VerificationError as error:
        return _reason(str(error))
    except Exception:  # parts of certificates are parsed only now, and refused in many ways
        return "its certificates cannot be read"
    return None


def _reason(said: str) -> str:
    """The package's words, or where those are OpenSSL's list of errors, what it says of the certificates."""
    told = re.search(r"Verify error: ([^\"\\]+)", said)
    if told:
        return f"of its certificates OpenSSL says, as of the token's time: {escaping.message(told[1])}"
    if "ErrorStack" in said:
        return "its signature is not that of a certificate which follows from your root"
    return escaping.message(said)


def roots_in(data: bytes, where: str) -> list[Certificate]:
    """The certificates of a PEM or DER file; UsageError if it holds none."""
    from cryptography import x509

    try:
        if b"-----BEGIN" in data:
            return list(x509.load_pem_x509_certificates(data))
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        raise UsageError(f"{where} holds no certificate that can be read: give it as PEM or DER") from None


def query(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq (RFC 3161, 2.4.1) of a SHA-256: the package makes one of data alone, which it would hash.

    `nonce` has 63 bits at most.
    """
    imprint = _der(0x30, _SHA256_IDENTIFIER + _der(0x04, digest))
    number = _der(0x02, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big"))
    return _der(0x30, b"\x02\x01\x01" + imprint + number + b"\x01\x01\xff")


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content  # shorter than 128 bytes, all of them


def _signer(response: TimeStampResponse) -> str:
    signing = _signing(response)
    return signing.subject.rfc4514_string() if signing else ""


def _signing(response: TimeStampResponse) -> Certificate | None:
    """The certificate by which the token is signed, if it holds it. ProofError if two could be meant."""
    from cryptography import x509

    signers = list(response.signed_data.signer_infos)
    certificates = [x509.load_der_x509_certificate(bytes(raw)) for raw in response.signed_data.certificates]
    meant = [
        one
        for one in certificates
        if any(one.issuer == by.issuer and one.serial_number == by.serial_number for by in signers)
    ]
    if len(meant) > 1:
        raise ProofError("two of its certificates have one issuer and number")
    return meant[0] if meant else None
