"""RFC 3161 tokens of OpenSSL's authority: only what follows from the reader's root holds, as of the token's time."""

from __future__ import annotations

import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from tests.unit.clocks.clock_servers import Authority, authority

from trialseal import extras
from trialseal.clocks import der, tokens
from trialseal.clocks.judging import ClockAnswer, judge_token
from trialseal.clocks.steps import ProofError
from trialseal.errors import UsageError

DIGEST = sha256(b"a protocol").digest()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("clocks") / "tsa")


@pytest.fixture(scope="module")
def raw(here: Authority) -> bytes:
    """A token about DIGEST."""
    answer = here.answer("POST", "/", tokens.query(DIGEST, 5))
    assert answer is not None
    return answer[1]


def test_openssl_agrees(here: Authority, raw: bytes) -> None:
    (here.folder / "kept.tsr").write_bytes(raw)
    command = ["openssl", "ts", "-verify", "-digest", DIGEST.hex(), "-in", "kept.tsr", "-CAfile", "root.pem"]
    assert subprocess.run(command, cwd=here.folder, capture_output=True).returncode == 0
    found = judge_token(tokens.read(raw), DIGEST, tokens.roots_in(here.root.read_bytes(), "root"))
    assert found.answer is ClockAnswer.HOLDS and 'the authority "CN=Test authority"' in found.clock


def test_without_a_root_nothing_holds(raw: bytes) -> None:
    found = judge_token(tokens.read(raw), DIGEST, [])
    assert found.answer is ClockAnswer.UNDETERMINED and found.time is None and "--tsa-root FILE" in found.words


def test_other_bytes_fail_with_and_without_a_root(here: Authority, raw: bytes) -> None:
    for roots in ([], tokens.roots_in(here.root.read_bytes(), "root")):
        found = judge_token(tokens.read(raw), sha256(b"other").digest(), roots)
        assert found.answer is ClockAnswer.FAILS and "other bytes" in found.words


def test_another_root_fails(raw: bytes, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    found = judge_token(tokens.read(raw), DIGEST, tokens.roots_in(other.root.read_bytes(), "root"))
    assert found.answer is ClockAnswer.FAILS and "does not follow from your root" in found.words


@pytest.mark.parametrize(
    ("days", "words"),
    [((-5, -1), "certificate has expired"), ((1, 5), "certificate is not yet valid")],
)
def test_certificates_are_judged_as_of_the_tokens_time(days: tuple[int, int], words: str, tmp_path: Path) -> None:
    late = authority(tmp_path / "tsa", days=days)
    answer = late.answer("POST", "/", tokens.query(DIGEST, 5))
    assert answer is not None
    found = judge_token(tokens.read(answer[1]), DIGEST, tokens.roots_in(late.root.read_bytes(), "root"))
    assert found.answer is ClockAnswer.FAILS and words in found.words


def test_a_second_certificate_under_the_signers_number_names_nobody(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    here = authority(tmp_path / "tsa")
    own = x509.load_pem_x509_certificate((here.folder / "own.pem").read_bytes())
    impostor = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody famous")]))
        .issuer_name(own.issuer)
        .serial_number(own.serial_number)
        .public_key(own.public_key())
        .not_valid_before(own.not_valid_before_utc)
        .not_valid_after(own.not_valid_after_utc)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    (here.folder / "chain.pem").write_bytes(impostor.public_bytes(Encoding.PEM))
    answer = here.answer("POST", "/", tokens.query(DIGEST, 5))
    assert answer is not None
    with pytest.raises(ProofError, match="two of its certificates have one issuer and number"):
        tokens.read(answer[1])


def test_the_order_of_certificates_does_not_matter(here: Authority, raw: bytes) -> None:
    root = tokens.roots_in(here.root.read_bytes(), "root")
    parts = der._certificates(raw)
    assert parts is not None
    members = [raw[one.start - 4 : one.end] for one in der._members(raw, parts)]
    assert len(members) == 2
    for order in (members, members[::-1]):
        swapped = raw[: parts.start] + b"".join(order) + raw[parts.end :]
        assert len(swapped) == len(raw) and tokens.refusal(tokens.read(swapped), root) is None
    assert der.with_sorted_certificates(raw) == der.with_sorted_certificates(swapped)


def test_no_flipped_bit_makes_another_time_or_digest_hold(here: Authority, raw: bytes) -> None:
    roots = tokens.roots_in(here.root.read_bytes(), "root")
    true, read = tokens.read(raw), 0
    for bit in random.Random(9).sample(range(len(raw) * 8), 1500):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            token = tokens.read(bytes(changed))
        except ProofError as error:
            assert "\n" not in str(error)
            continue
        read += 1
        found = judge_token(token, DIGEST, roots)
        if found.answer is ClockAnswer.HOLDS:
            assert (token.digest, token.time, token.signer) == (DIGEST, true.time, true.signer)
    assert read > 300  # else only what cannot be read at all was tried


def test_no_cut_token_is_read(raw: bytes) -> None:
    for length in range(0, len(raw), 7):
        with pytest.raises(ProofError):
            tokens.read(raw[:length])
    with pytest.raises(ProofError):
        tokens.read(raw + b"\x00")


@pytest.mark.parametrize("data", [b"", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"0" * 100, bytes(1 << 18)])
def test_what_is_no_token_is_one_sentence(data: bytes) -> None:
    pytest.importorskip("rfc3161_client", reason="the extra trialseal[timestamp] is not installed")
    with pytest.raises(ProofError, match="not the answer of a time-stamping authority|larger than 128 KiB"):
        tokens.read(data)


def test_what_is_no_certificate_is_one_sentence(here: Authority) -> None:
    for data in (b"", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", b"\x30\x00"):
        with pytest.raises(UsageError, match="holds no certificate that can be read"):
            tokens.roots_in(data, "root.pem")


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(UsageError, match=r'pip install "trialseal\[timestamp\]"'), extras.named():
        tokens.read(b"")
