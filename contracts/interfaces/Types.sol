// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A party: SHA-256(first key, 20 bytes ‖ salt, 32 bytes).
type PartyId is bytes32;

/// @notice A trial: SHA-256(founding party, 32 bytes ‖ the sponsor's code, 32 bytes).
type TrialId is bytes32;

using {samePartyId as ==, otherPartyId as !=} for PartyId global;

/// @notice Whether two party ids are the same.
function samePartyId(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) == PartyId.unwrap(b);
}

/// @notice Whether two party ids differ.
function otherPartyId(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) != PartyId.unwrap(b);
}

/// @notice A key's signed permission to have one act sent by somebody else, who pays for it.
struct Authorization {
    address key; // the key that acts: an account, or a contract that answers ERC-1271
    uint256 nonce; // any number this key has not used yet; order does not matter
    uint64 deadline; // last second (Unix time) at which the act may be recorded
    bytes signature; // over the act's EIP-712 typed data, which names key, nonce and deadline
}

/// @notice One act of a batch.
struct Item {
    uint32 gas; // what the act gets, exactly; what it does not use is not lost
    bytes act; // calldata of one of the contract's functions: an act of the sender's own, or `relay`
}

/// @notice What a key may be used for; a key holds a sum of these. The other bits are free for later purposes.
library Purpose {
    uint16 internal constant MANAGE = 1; // change the party's keys and profile, transfer trials
    uint16 internal constant ACT = 2; // act for the party on trials
    uint16 internal constant STREAM = 4; // extend the party's streams
    uint16 internal constant ATTEST = 8; // attest for the party
    uint16 internal constant ALL = 0xffff;
}

/// @notice The acts of a trial. An appointment permits act `a` by the bit `1 << a`.
library Act {
    uint8 internal constant REGISTER = 1;
    uint8 internal constant SEAL = 2;
    uint8 internal constant MILESTONE = 3;
    uint8 internal constant RESULTS = 4;
    uint8 internal constant CLAIM_REGISTRY_ID = 5;
    uint8 internal constant APPOINT = 6;
    uint8 internal constant SHORTEN_APPOINTMENT = 7;
    uint8 internal constant OFFER_TRANSFER = 8;
    uint8 internal constant ACCEPT_TRANSFER = 9;
    uint8 internal constant NAME_ROLE = 10;
    uint8 internal constant OPEN_STREAM = 11;
    uint8 internal constant WITHDRAW_REGISTRY_ID = 12;
    uint8 internal constant VETO_OFFER = 13;

    /// @dev What a sponsor may let another party do: seal, milestone, results, registry ids, streams.
    uint32 internal constant DELEGABLE = uint32(
        (1 << SEAL) |
            (1 << MILESTONE) |
            (1 << RESULTS) |
            (1 << CLAIM_REGISTRY_ID) |
            (1 << WITHDRAW_REGISTRY_ID) |
            (1 << OPEN_STREAM)
    );
}

/// @notice The kinds of document; each kind of a trial has its own versions 1, 2, 3, …
library Kind {
    uint8 internal constant PROTOCOL = 1; // structured, with its endpoint set
    uint8 internal constant ANALYSIS_PLAN = 2; // may hold an endpoint set of its own
    uint8 internal constant REGISTRY_RECORD = 3; // what a registry said; may hold its own outcomes
    uint8 internal constant RESULTS = 4; // sealed only by reporting results
    uint8 internal constant CONSENT_FORM = 5;
    uint8 internal constant CHARTER = 6;
    uint8 internal constant DATASET = 7;
    uint8 internal constant OTHER = 8;
    uint8 internal constant PROTOCOL_FILE = 9; // the protocol's text as a file
    uint8 internal constant LAST = 9;
}
