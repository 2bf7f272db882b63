"""Types of events whose names and members are kept free for what is to come: nobody gives them another meaning.

They are refused until there are rules that judge them: an entry stays for ever, and so would one that no rule has read.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Reserved(NamedTuple):
    """A type that no stream holds yet."""

    purpose: str
    members: tuple[str, ...]
    """Beside those of every event."""


RESERVED: Final[dict[str, Reserved]] = {
    "device": Reserved(
        "a device: enrolled, issued, returned, its key and firmware, lost",
        (
            "action", "device", "maker", "model", "udi", "public_key", "firmware", "from", "subject",
        ),
    ),
    "device-pack": Reserved(
        "a signed pack of a device's readings, by its digest",
        (
            "device", "sequence", "from", "until", "readings", "digest", "received", "offset", "attested_by", "subject",
        ),
    ),
}  # fmt: skip
