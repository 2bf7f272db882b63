"""docs/gas.md, from the figures."""

from __future__ import annotations

from gas_figures import (
    ACTS_AT_ONCE,
    DEPTHS,
    EXTENSIONS,
    SHARES,
    STREAMS_AT_ONCE,
    TARGETS,
    extension_name,
    same,
)
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.fees import MOST_GAS
from trialseal.merkle import nodes

# Acts of a trial with 12 endpoints, and how many of each.
USUAL_TRIAL = {
    "register a trial with 12 endpoints": 1,
    "registry number, the first claim of it": 1,
    "attestation, the first about a subject": 1,
    "attestation, a later one": 2,
    "seal another document": 3,
    "milestone, later": 8,
    "amend the protocol, 12 endpoints": 2,
    "result with the proof of its endpoint (1 of 12, 4 nodes)": 1,
    "another result in the same document": 11,
    "open a stream": 1,
    "2,500 entries in 52 heads of a new log": 1,
}

SIZE_LIMIT = 24_576  # bytes of a contract's code (EIP-170)
# Quoted: a data point of the contract of 2016, and the least that others measured for a digest in a batch of a hundred.
POINT_2016, DIGEST_IN_A_BATCH = 78_845, 24_804
# Quoted: verifications at depth 20 in plain Solidity with SHA-256, and by OpenZeppelin's MerkleProof.
SOLIDITY_AT_20, KECCAK_AT_20 = 17_150, 4_936


def page(figures: dict[str, int]) -> str:
    """docs/gas.md."""
    streamed = [act for act in figures if act in _stream_figures()]
    acts = [(act, gas) for act, gas in figures.items() if not act.startswith("deploy ") and act not in streamed]
    rows = [f"| {act} | {gas:,} | {f'{TARGETS[act]:,}' if act in TARGETS else ''} |" for act, gas in acts]
    deployed = [f"| {act} | {gas:,} | |" for act, gas in figures.items() if act.startswith("deploy ")]
    usual = [f"| {act} | {times} | {times * figures[act]:,} |" for act, times in USUAL_TRIAL.items()]
    whole = sum(times * figures[act] for act, times in USUAL_TRIAL.items())
    extensions = [
        f"| {before:,} | {added:,} | {len(nodes.consistency_from(same, before, before + added))} | "
        f"{figures[extension_name(before, added)]:,} |"
        for before, added in EXTENSIONS
    ]
    events = []
    for before, added in EXTENSIONS:
        if before == 1_000_000:
            gas = figures[extension_name(before, added)]
            ratios = [POINT_2016 * added / gas, DIGEST_IN_A_BATCH * added / gas]
            events.append(f"| {added:,} | {gas:,} | {' | '.join(map(_short, [gas / added, *ratios]))} |")
    shares = " and ".join(
        f"{100 * figures[act] / figures[alone]:.0f} % of a single one {words} ({most} % at most)"
        for (act, alone, most), words in zip(
            SHARES, ("where each is of another trial", "where all are of one"), strict=True
        )
    )
    sizes = [f"| {name} | {len(contract(name).runtime_code(1)):,} |" for name in NAMES]
    streams = figures["open a stream"] + figures["2,500 entries in 52 heads of a new log"]
    set_up = sum(gas for act, gas in figures.items() if act.startswith("deploy "))
    identity = figures["create a party"] + figures["vouch for a party"]
    return f"""# Gas

Written by `make gas`; a test fails if a figure changes. Whole transactions on a local anvil under the rules of
the osaka fork, the trial's rolling SHA-256 digest included. A few units more or less come from the zero bytes
of other digests and from the month of other dates.

| act | gas | target, at most |
|---|---:|---:|
{chr(10).join(rows + deployed)}

A milestone has no storage slot of its own, so that the first costs what later ones do. The first relayed act
of a key pays for a storage slot that its next 255 nonces share: count nonces up from 0. Parties and contracts
are made once, not for each trial.

An act in a batch shares the 21,000 gas of the transaction, and what acts before it have read. A milestone in a batch
of {ACTS_AT_ONCE} costs {shares}.
What an item does not use of the gas that it names is not lost.

| contract | bytes of code, of {SIZE_LIMIT:,} |
|---|---:|
{chr(10).join(sizes)}

## Beside others
Measured earlier on other machines, and quoted; gas is exact wherever it is measured.

| | gas |
|---|---:|
| Ethereum Attestation Service 1.4, `attest` with 64 bytes | 203,114 |
| the least in Solidity: two storage slots and an event | 69,218 |
| a prototype of registering a trial, without the rolling digest | 102,760 |
| **register a trial with 12 endpoints, here** | **{figures["register a trial with 12 endpoints"]:,}** |
| one storage slot with a duplicate check and an event | 46,203 |
| **milestone, here** | **{figures["milestone, later"]:,}** |

## The demo trial of 2016
The first published clinical-trial contract (Nugent, Upton, Cimpoesu, F1000Research 2016, 5:2541) came with a
demonstration: one CRO, one trial, 500 subjects with five data points each. Its published bytecode, run again
in py-evm under the rules of the Prague fork, took about 231 million gas for subjects and data. The same acts
in both:

| 2016 | gas | here | gas |
|---|---:|---|---:|
| deploy the regulator | 1,753,013 | deploy the contracts, once for all trials of a chain | {set_up:,} |
| submit a CRO, change its status | 162,107 | create a party, vouch for it | {identity:,} |
| deploy the trial; no protocol digest is ever set | 748,230 | register the trial: protocol, 12 endpoints | {
        figures["register a trial with 12 endpoints"]:,} |
| 500 subjects, in clear | 25.7 million | no subject is on the chain | 0 |
| 2,500 data points, in clear | 205.7 million | open a stream, anchor 2,500 entries in 52 weekly heads | {streams:,} |

A data point of 2016 is {POINT_2016:,} gas and stands on the chain for all to read. An entry of a stream stays where it
was recorded; on the chain is the head of its log, which moves at fixed times and whatever the number of entries.

## Streams
A head costs what its proof costs, which grows with the logarithm of the log, not with what is added. Heads of
large logs are put into the chain's storage here, and proofs made for them. The first head of a log, of any
size, pays for three storage slots: {figures["the first head of a log, 1,000 entries"]:,}.

| entries before | added | nodes in the proof | gas |
|---:|---:|---:|---:|
{chr(10).join(extensions)}

A log of 2^32 − 1 entries has a proof of the longest kind, each node of which is hashed twice; one of 2^32
begins with its own root. Of the gas for a log of 70,000 entries, 21,000 are any transaction's and {
        figures["of that, asking who may write"]:,} go to
asking `Parties` and `TrialRegistry` whether this key may write for this party now, whether the party opened the
stream, and whether it is the sponsor or appointed. A prototype that asked nobody took 36,000 to 56,000 from 1 to
70,000 entries. A batch of {STREAMS_AT_ONCE} such logs shares both: {
        figures["the same in a batch of 20 logs, each"]:,} each, so that about {
        MOST_GAS // figures["the same in a batch of 20 logs, each"] // 10 * 10
    } fit
into one transaction's limit of 2^24 (EIP-7825).

What an event costs in a log of a million, beside a data point of 2016 ({
        POINT_2016:,} each) and a digest of the Ethereum
Attestation Service in a batch of a hundred (`multiTimestamp`, {DIGEST_IN_A_BATCH:,} each):

| events in a batch | gas | for each event | 2016, times as much | EAS, times as much |
|---:|---:|---:|---:|---:|
{chr(10).join(events)}

Verifying an entry against a root (`verifyInclusionIn`) takes {
        figures["verify an entry at depth 10, inside the call"]:,} gas at depth 10 and {
        figures["verify an entry at depth 20, inside the call"]:,} at depth 20, a
log of a million entries, decoding the call included and the transaction not; the project's limit for depth 20 is
{TARGETS["verify an entry at depth 20, inside the call"]:,}. Others' figures, of the verification alone: {
        SOLIDITY_AT_20:,} for the same in plain Solidity, and {KECCAK_AT_20:,} for
OpenZeppelin's trees of Keccak, which show no place. Asked by `eth_call` it is free.

## A whole trial here
What a usual trial needs, from registration to results, when each endpoint's result is one act and one stream is
anchored weekly for a year. The demonstration of 2016 had no amendments, approvals or results.

| act | times | gas |
|---|---:|---:|
{chr(10).join(usual)}
| **together** | | **{whole:,}** |
"""


def _stream_figures() -> set[str]:
    """The figures that have tables of their own."""
    names = {extension_name(before, added) for before, added in EXTENSIONS}
    names |= {f"verify an entry at depth {depth}, inside the call" for depth in DEPTHS}
    names |= {"of that, asking who may write", "the same in a batch of 20 logs, each"}
    return names | {"2,500 entries in 52 heads of a new log"}


def _short(number: float) -> str:
    """Three digits, or all before the point."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
