"""What a reader named to rest on when proofs of second clocks are judged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from trialseal import escaping, files
from trialseal.clocks import tokens
from trialseal.clocks.bitcoin import HeaderFault, read_header
from trialseal.clocks.judging import Basis, GivenHeader
from trialseal.errors import UsageError

_MOST_ROOT_BYTES = 1 << 20
_HEADER = re.compile(r"(?:(\d{1,9})=)?([0-9a-fA-F]{160})")


def basis_of(args: Any) -> Basis:
    """The headers and roots of `--bitcoin-header` and `--tsa-root`; UsageError for what cannot be read."""
    headers = tuple(_given_header(text) for text in args.bitcoin_header)
    roots = [
        one
        for name in args.tsa_root
        for one in tokens.roots_in(files.read_file(Path(name), _MOST_ROOT_BYTES), escaping.path(name))
    ]
    return Basis(headers, tuple(roots))


def _given_header(text: str) -> GivenHeader:
    found = _HEADER.fullmatch(text)
    if found is None:
        raise UsageError("--bitcoin-header takes the 160 hexadecimal digits of a header, after HEIGHT= if you know it")
    try:
        return GivenHeader(read_header(bytes.fromhex(found[2])), int(found[1]) if found[1] else None)
    except HeaderFault as fault:
        raise UsageError(f"--bitcoin-header: the header {fault}: copy it again") from None
