"""`share key`: a key to which others encrypt packages and permits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trialseal import age_files, escaping
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import checked_document
from trialseal.documents import models
from trialseal.files import write_bytes, write_json
from trialseal.folder.reading import read


def key(session: Session) -> int:
    """Makes a key, and writes its public part into a profile."""
    args, out = session.args, session.out
    profile = checked_document(read(Path(args.profile), keep=True), "party-profile") if args.profile else None
    identity, recipient = age_files.new_identity()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    write_bytes(Path(args.file), age_files.key_file(identity, recipient, now), 0o600, overwrite=False)
    out.say(f"key written to {escaping.path(args.file)}; keep it and a copy of it: without it no permit can be opened")
    out.say(f"its public part: {recipient}")
    if profile is not None:
        profile["encryption_keys"] = [*profile.get("encryption_keys", []), {"recipient": recipient}]
        models.parse_document(profile, escaping.path(args.profile))
        write_json(Path(args.profile), profile)
        profile_path = escaping.path(args.profile)
        out.say(
            f"it is in {profile_path}; name that: trialseal party profile --profile {escaping.argument(args.profile)}"
        )
        out.say("(or, if you are no party yet: trialseal party create, with the same --profile)")
    out.value({"key": args.file, "recipient": recipient})
    return 0
