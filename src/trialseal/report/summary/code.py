"""The QR code of a summary page: what a stranger needs to begin a check, and nothing to be believed."""

from __future__ import annotations

FORM = "TRIALSEAL:1"
# Restores 15 % of the symbol, enough for a folded or stained sheet; more would make it larger.
_CORRECTION = "m"
_QUIET_MODULES = 4  # ISO/IEC 18004: a margin of four modules


def code_text(chain_id: int, contract: str, trial: str, block_hash: str) -> str:
    """The code's text, as docs/bytes.md gives it: 'TRIALSEAL:1:31337:4E…:3F…:9A…'.

    `contract` (20 bytes), `trial` and `block_hash` (32 bytes) are hexadecimal, with or without 0x. Capitals and colons
    are letters of the code's alphanumeric mode, which takes 5.5 bits a letter where bytes take 8.
    """
    return ":".join((FORM, str(chain_id), *(one.removeprefix("0x").upper() for one in (contract, trial, block_hash))))


def code_svg(text: str) -> str:
    """The code as an SVG element, dark on light whatever the page's colours are. The same bytes for the same text."""
    import segno  # only this page draws one

    made = segno.make(text, error=_CORRECTION, micro=False, boost_error=False)
    drawing: str = made.svg_inline(border=_QUIET_MODULES, omitsize=True, dark="#000", light="#fff", lineclass=None)
    return drawing
