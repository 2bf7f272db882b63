// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RolledWord} from "../libraries/Rolling.sol";
import {PartyId} from "./Types.sol";

/// @title IParties: organisations and the keys that speak for them
/// @notice A party is created by its first key, which holds every purpose. Only a managing key changes a party.
/// A key's validity is judged at block time and stays answerable for ever; nothing here can be erased.
/// While a party has several managing keys, or a change of them has not taken effect, it has a *change delay*: adding or
/// removing a managing key takes effect after seven days, in which any managing key of before may veto it, the accused one
/// included. A key is of before if it was asked for no later: it may begin within the seven days. So one key in the wrong hands cannot take the party from the others: the party freezes.
/// Every act of a party is logged and rolled into the party's word, with the party as author (see `Rolling`): the topics
/// of each log are its event, the party, the key or profile, and the party again; its data begins with a stamp: the number
/// of the step (4 bytes), the block's time in Unix seconds (8 bytes), and the key that acts (20 bytes).
interface IParties {
    /// @notice One key of a party. All times are Unix seconds.
    struct Key {
        uint32 party; // the party's number, from 1, in the order of creation on this chain
        uint16 purposes; // sum of `Purpose` bits
        uint40 validFrom; // first second at which the key is valid
        uint40 validUntil; // first second at which it is not; 0 while no end is set
        uint40 compromisedSince; // the party's own dated statement; 0 if none
        uint40 declaredAt; // block time of that statement
        uint40 contestedAt; // block time at which it was contested; 0 if it was not
        bool waited; // whether its addition waited, so that it was asked for seven days before it is valid
    }

    /// @notice Asks for a new party. Further keys may be named; zero address and purposes name none.
    struct Creation {
        bytes32 salt; // 32 random bytes, part of the id
        bytes32 profile; // SHA-256 of the profile document
        address second;
        uint16 secondPurposes; // sum of `Purpose` bits
        address third;
        uint16 thirdPurposes;
    }

    /// @notice Asks for a key to be added.
    struct KeyAddition {
        PartyId party;
        address key;
        uint16 purposes; // sum of `Purpose` bits, at least one
    }

    /// @notice Names a key of a party: for revoking it, for vetoing its addition or removal, or for contesting that it is
    /// compromised.
    struct KeyReference {
        PartyId party;
        address key;
    }

    /// @notice States that a key was in the wrong hands.
    struct Compromise {
        PartyId party;
        address key;
        uint40 since; // Unix seconds, not in the future
    }

    /// @notice Gives a party a new profile document.
    struct ProfileChange {
        PartyId party;
        bytes32 profile; // SHA-256 of the profile document
    }

    /// @notice Emitted when a party came to be, with `key` as its first, for every purpose.
    event PartyCreated(
        PartyId indexed party,
        address indexed key,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 profile,
        uint32 number
    );
    /// @notice Emitted when a party's profile document changed.
    event ProfileChanged(PartyId indexed party, bytes32 indexed profile, PartyId indexed actor, uint256 stamp);
    /// @notice Emitted when a key was added with these purposes, valid from a time (Unix seconds) on.
    event KeyAdded(
        PartyId indexed party,
        address indexed key,
        PartyId indexed actor,
        uint256 stamp,
        uint16 purposes,
        uint40 validFrom
    );
    /// @notice Emitted when a key was revoked: it is not valid from `validUntil` (Unix seconds) on.
    event KeyRevoked(
        PartyId indexed party,
        address indexed key,
        PartyId indexed actor,
        uint256 stamp,
        uint40 validUntil
    );
    /// @notice Emitted when the addition of a managing key was vetoed, or else its removal.
    event KeyVetoed(PartyId indexed party, address indexed key, PartyId indexed actor, uint256 stamp, bool addition);
    /// @notice Emitted when a party stated since when (Unix seconds) a key is compromised.
    event CompromiseDeclared(
        PartyId indexed party,
        address indexed key,
        PartyId indexed actor,
        uint256 stamp,
        uint40 since
    );
    /// @notice Emitted when the statement of compromise made at `declaredAt` (Unix seconds) was contested.
    event CompromiseContested(
        PartyId indexed party,
        address indexed key,
        PartyId indexed actor,
        uint256 stamp,
        uint40 declaredAt
    );

    /// @notice Thrown when this key created a party with this salt before.
    error PartyExists(PartyId party);
    /// @notice Thrown when there are as many parties as have numbers.
    error PartiesExhausted();
    /// @notice Thrown when the key is not valid for the party and purpose at block time.
    error KeyNotValid(PartyId party, address key, uint16 purpose);
    /// @notice Thrown when a managing key that is to be removed does more than act, veto and contest.
    error KeyBeingRemoved(PartyId party, address key, uint40 until);
    /// @notice Thrown when a managing key objects to an offer or a statement made at `time`, but was asked for after it.
    error KeyNotBefore(PartyId party, address key, uint40 time);
    /// @notice Thrown when a key is added that is the zero address, or has no purpose.
    error KeyWithoutUse(address key, uint16 purposes);
    /// @notice Thrown when a key is added that the party has or has had.
    error KeyKnown(PartyId party, address key);
    /// @notice Thrown when a key is named that the party never had.
    error KeyUnknown(PartyId party, address key);
    /// @notice Thrown when a key is revoked again.
    error KeyRevokedBefore(PartyId party, address key);
    /// @notice Thrown when a key is revoked, or stated to be compromised, that begins only later: it can be vetoed.
    error KeyNotBegun(PartyId party, address key, uint40 from);
    /// @notice Thrown when a managing key removes itself while another's addition can be vetoed: by `settledAt` (Unix
    /// seconds) it has begun.
    error AdditionPending(PartyId party, address key, uint40 settledAt);
    /// @notice Thrown when a removal could leave the party without a managing key.
    error LastManagingKey(PartyId party, address key);
    /// @notice Thrown when neither addition nor removal of this key waits to take effect.
    error NothingToVeto(PartyId party, address key);
    /// @notice Thrown when a compromise is stated in the future, or not earlier than stated before.
    error CompromiseNotEarlier(uint40 since, uint40 limit);
    /// @notice Thrown when no compromise of this key was stated within seven days that is not contested yet.
    error NothingToContest(PartyId party, address key);

    /// @notice Creates a party; the calling key is its first, with every purpose. Keys named with it are valid at once.
    /// @return party SHA-256(key ‖ salt)
    function createParty(Creation calldata creation) external returns (PartyId party);
    /// @notice Adds a key, valid from this block on; under a change delay a managing key is valid after seven days, unless
    /// it is vetoed. A key that was ever the party's is never added again.
    function addKey(KeyAddition calldata addition) external;
    /// @notice Revokes a key: at once, or after seven days if it manages, unless that is vetoed. Until then a managing key
    /// may act, veto and contest, but not manage: nobody can dig in while being removed. A managing key removes itself only
    /// while no addition waits, so that whoever exchanges a key has one of them whatever is vetoed.
    function revokeKey(KeyReference calldata key) external;
    /// @notice Stops the addition or the removal of a managing key before it takes effect. Any managing key may that is
    /// valid now, the one that is to go included: each was asked for before the change was, since while a change waits
    /// every other does. A key whose addition is stopped may be added again.
    function vetoKey(KeyReference calldata key) external;
    /// @notice States since when a key is compromised that has begun. It may be restated only earlier and erases no act.
    function declareCompromise(Compromise calldata compromise) external;
    /// @notice Contests the last statement of a key's compromise, once and within seven days: the party disagrees with
    /// itself. Any managing key may that is valid now and was asked for no later than the statement was made, the accused
    /// one included. What is stated anew is not contested.
    function contestCompromise(KeyReference calldata key) external;
    /// @notice Names a new profile document, which is in force from then on; earlier ones stay in the logs.
    function changeProfile(ProfileChange calldata change) external;
    /// @notice Reverts with `KeyNotValid` unless the key is the party's, for this purpose, at block time.
    /// @return number the party's number
    function requireKey(PartyId party, address key, uint16 purpose) external view returns (uint32 number);
    /// @notice Reverts unless the key may manage the party at block time: valid for it, and not about to be removed.
    /// @return number the party's number
    function requireManager(PartyId party, address key) external view returns (uint32 number);
    /// @notice Reverts unless the key manages the party at block time, about to be removed or not, and was asked for no
    /// later than `time` (Unix seconds). Where both are of one second, their order is not asked: a key that began at once
    /// was added by the only one that managed, which may object itself.
    /// @return number the party's number
    function requireManagerBefore(PartyId party, address key, uint40 time) external view returns (uint32 number);
    /// @notice How long a change asked for now would wait: seconds, 7 days or 0.
    function changeDelay(PartyId party) external view returns (uint40);
    /// @notice Whether the key was the party's, for this purpose, at `time` (Unix seconds, not after now).
    function keyValidAt(PartyId party, address key, uint16 purpose, uint256 time) external view returns (bool);
    /// @notice The record of a key; all zero if the party never had it.
    function keyOf(PartyId party, address key) external view returns (Key memory);
    /// @notice What is kept of a party beside its keys.
    /// @return number from 1; 0 if there is no such party
    /// @return createdAt Unix seconds
    /// @return managers managing keys, begun or asked for, without an end
    /// @return pending how many of them may not have begun
    /// @return settledAt by when every change asked for has taken effect, Unix seconds; 0 if none was ever delayed
    function partyOf(
        PartyId party
    ) external view returns (uint32 number, uint40 createdAt, uint32 managers, uint32 pending, uint40 settledAt);
    /// @notice The rolled word of the party's acts.
    function wordOf(PartyId party) external view returns (RolledWord);
    /// @notice The id of the party with this number; zero if there is none.
    function partyNumbered(uint32 number) external view returns (PartyId);
    /// @notice How many parties there are.
    function partyCount() external view returns (uint256);
}
