"""tools/run brownie run attest main KIND SUBJECT --network devnet: vouches, approves, date-stamps or reviews."""

from scripts.active_network import desk_of, in_a_sentence, options, say

from trialseal.acts import attesting
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.code_words import code_named
from trialseal.acts.own import Own
from trialseal.documents.identifiers import date_code
from trialseal.ledger.codes import AttestationKind, Decision, Role


def main(*words: str) -> None:
    """Attests KIND about SUBJECT, an id or a party known here; code=WORD is the role or decision, on=DATE its day."""
    [kind, subject], named = options(words, "KIND SUBJECT", "code", "on", "digest")
    with in_a_sentence():
        desk = desk_of(named)
        what = code_named(AttestationKind, kind, "kind of attestation")
        codes = {AttestationKind.ACCREDITATION: Role, AttestationKind.APPROVAL: Decision}.get(what)
        act = attesting.attest(
            desk.party,
            what,
            Own(desk.home).find_party(subject),
            f"{kind} about {subject}",
            code=code_named(codes, named.get("code", ""), "code") if codes else 0,
            date=date_code(named["on"]) if "on" in named else 0,
            digest=bytes.fromhex(named.get("digest", "00" * 32)),
        )
        say(carry_out(desk, act))
