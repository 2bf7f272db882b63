"""`--sign-only`: acts are looked for, judged, asked about and signed, and written to a file for others to send."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.carrying_out import look
from trialseal.acts.desk import Desk
from trialseal.acts.in_words import stated
from trialseal.acts.signed import SignedAct, as_json, texts_for_signer
from trialseal.acts.signing import GOOD_FOR, sign, take_nonces, unsigned
from trialseal.cli.finding_lines import finding_line
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.documents.times import unix_seconds
from trialseal.errors import UsageError
from trialseal.evidence.wording import listed
from trialseal.files import write_json
from trialseal.folder.trial_folder import TrialFolder
from trialseal.rules.finding import Finding

_MOST_SHOWN = 3
"""Acts of one kind whose every member is printed when many are signed; the file holds all."""


def sign_apart(session: Session, desk: Desk, acts: Sequence[Act], folder: TrialFolder | None) -> None:
    """Signs those acts that are not on the chain, and says what was signed, by what it was judged, and until when."""
    path, out = output_file(session), session.out
    plan = look(desk, acts, folder)
    for act, log in zip(plan.acts, plan.stand, strict=True):
        if log is not None:
            out.say(f"already on the chain since {when(log.time)}, not signed: {act.words}")
    if not plan.to_send:
        out.value({"signed": False, "acts": []})
        return
    for note in plan.notes:
        desk.note(note)
    if question := plan.question:
        desk.ask(question)
    write_signed(session, desk, plan.to_send, path, plan.findings)


def output_file(session: Session) -> Path:
    """The file that is to be written; UsageError if none was named, or one is there."""
    if not session.args.output:
        raise UsageError("--sign-only needs the file to write the signed act to: name it with -o FILE")
    path = Path(session.args.output)
    if path.exists():
        raise UsageError(f"{path} is there already: it was left as it is; name another file")
    return path


def write_signed(
    session: Session, desk: Desk, acts: Sequence[Act], path: Path, findings: Sequence[Finding] = ()
) -> None:
    """Signs acts, writes them to a file, and then says so."""
    made = _made(session, desk, acts)
    write_json(path, as_json(made, desk.reader.as_of()), 0o600, overwrite=False)
    _say_made(session, desk, made, findings, path)


def _made(session: Session, desk: Desk, acts: Sequence[Act]) -> Sequence[SignedAct]:
    """The acts as the account signs them; unsigned where they are for another key."""
    args, now = session.args, desk.reader.as_of().time
    # A devnet's clock is set by hand: an act must outlast both that clock and this computer's.
    deadline = max(now, int(time.time())) + GOOD_FOR
    if args.good_until:
        deadline = unix_seconds(args.good_until, "--good-until")
    if deadline < now:
        raise UsageError(f"--good-until {args.good_until} is before the chain's newest block: name a later time")
    chain_id = desk.reader.chain_id()
    key = session.own.address(args.for_key) if args.for_key else desk.address
    nonces = take_nonces(session.home, chain_id, key, len(acts))
    made = unsigned(acts, chain_id, key, deadline, nonces)
    return made if args.for_key else sign(made, session.own.signing)


def _say_made(session: Session, desk: Desk, made: Sequence[SignedAct], findings: Sequence[Finding], path: Path) -> None:
    """What was signed, in words; who may send it, and until when."""
    out, now = session.out, desk.reader.as_of()
    shown: Counter[str] = Counter()
    for one in made:
        shown[one.act.function] += 1
        if shown[one.act.function] > _MOST_SHOWN and len(made) > _MOST_SHOWN + 1:
            continue
        out.say(f"{'signed' if one.signatures else 'to be signed'}: {one.act.words}")
        for line in stated(one.act):
            out.say(f"  {line}")
    if len(made) > _MOST_SHOWN + 1 and (more := sum(max(0, number - _MOST_SHOWN) for number in shown.values())):
        out.say(f"and {more:,} more alike: trialseal relay {escaping.argument(str(path))} --dry-run shows each")
    for finding in findings:
        out.say(finding_line(finding))
    first = made[0].authorization
    by = f"by key {first.key}" if made[0].signatures else f"for key {first.key}, which has not signed yet"
    out.say(f"{by}, for chain {made[0].chain_id} alone; to be recorded by {when(first.deadline)}")
    block = f"block {now.number:,} (0x{now.hash.removeprefix('0x')})"
    out.say(f"judged as of {block}, by {escaping.visible(desk.reader.source)}")
    how = "anybody can send it" if made[0].signatures else "sign it with trialseal sign, then anybody can send it"
    out.say(f"{path}: {how}, with trialseal relay; nothing was sent")
    if texts := dict.fromkeys(text.name for one in made for text in texts_for_signer(one)):
        names = listed([escaping.name(name) for name in texts])
        out.say(f"  it holds the text of {names} for whoever signs; the signed file will not")
    out.say("  once it is on the chain, run this command again without --sign-only: it keeps the receipt")
    out.value(value_of(made, path))


def value_of(made: Sequence[SignedAct], path: Path) -> dict[str, Any]:
    """The answer for a program."""
    return {
        "signed": all(one.signatures for one in made),
        "file": str(path),
        "acts": [
            {
                "words": one.act.words,
                "contract": one.act.contract,
                "function": one.act.function,
                "about": one.act.about,
                "key": one.authorization.key,
                "nonce": one.authorization.nonce,
                "good_until": one.authorization.deadline,
            }
            for one in made
        ],
    }
