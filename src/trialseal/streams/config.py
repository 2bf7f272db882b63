"""What a stream is: whose, of which trial, under which name, and when it is anchored. Written once, never changed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from trialseal import files
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.kept_json import value_of
from trialseal.streams import disk
from trialseal.streams.schedule import Schedule

_FAMILY = "trialseal-stream"
FILE = "stream.json"
SALT_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """A stream as it was opened. Ids are 32 bytes, times Unix seconds."""

    trial: bytes
    writer: bytes  # party id
    name: str
    salt: bytes
    registered_at: int  # when the trial was; 0 if not known
    created_at: int  # when this store was made, by the chain's clock where it was ahead of the computer's
    schedule: Schedule | None = None

    @property
    def id(self) -> bytes:
        """The stream's id."""
        return stream_id(self.salt, self.name)


def stream_id(salt: bytes, name: str) -> bytes:
    """SHA-256(salt, 32 random bytes ‖ UTF-8 of the name): says nothing of the name to whoever lacks the salt."""
    return sha256(salt + name.encode("utf-8")).digest()


def check_name(name: str) -> str:
    """The name itself; UsageError unless it can be a folder's name on every system."""
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise UsageError(
            f"{name!r} cannot be a stream's name: use up to 64 of A-Z, a-z, 0-9, '.', '_' and '-', "
            "beginning with a letter or digit"
        )
    return name


def write(folder: Path, config: StreamConfig) -> None:
    """Keeps the configuration in a store's folder."""
    value: dict[str, Any] = {
        "format": format_of(_FAMILY),
        "trial": config.trial.hex(),
        "writer": config.writer.hex(),
        "name": config.name,
        "salt": config.salt.hex(),
        "stream": config.id.hex(),
        "registered_at": config.registered_at,
        "created_at": config.created_at,
    }
    if config.schedule:
        value["schedule"] = config.schedule.as_json()
    value["sum"] = disk.checksum(value)
    files.put(folder / FILE, (json.dumps(value, indent=2) + "\n").encode(), disk.PRIVATE)


def read(folder: Path) -> StreamConfig:
    """The configuration of a store; UsageError if there is none, FailedError if it was changed."""
    path = folder / FILE
    if not files.is_file(path, follow=False):
        raise UsageError(f"there is no stream in {folder}: trialseal events open TRIAL STREAM opens one")
    data = disk.read_whole(path, "what the stream is")
    try:
        value = value_of(data)
        version_of(value["format"], _FAMILY, str(path))
        if value.pop("sum") != disk.checksum(value):
            raise ValueError
        config = StreamConfig(
            trial=_bytes32(value["trial"]),
            writer=_bytes32(value["writer"]),
            name=str(value["name"]),
            salt=_bytes32(value["salt"]),
            registered_at=int(value["registered_at"]),
            created_at=int(value["created_at"]),
            schedule=Schedule.from_json(value["schedule"]) if "schedule" in value else None,
        )
        stated = _bytes32(value["stream"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FailedError(f"{path} is damaged or was edited: nothing was appended; restore it from a backup") from None
    if stated != config.id:
        raise FailedError(f"{path} was changed: its name and salt do not give its stream id; restore it from a backup")
    return config


def _bytes32(text: str) -> bytes:
    data = bytes.fromhex(text)
    if len(data) != 32:
        raise ValueError
    return data
