// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId} from "./Types.sol";

/// @title Parties: organisations and the keys that speak for them
/// @notice A party is created by its first key, which holds every purpose. Only a managing key changes a party.
/// A key's validity is judged at block time and stays answerable for ever; nothing here can be erased.
interface IParties {
    /// @notice One key of a party. All times are Unix seconds.
    struct Key {
        uint32 party; // the party's number, from 1, in the order of creation on this chain
        uint8 purposes; // sum of `Purpose` bits
        uint40 validFrom; // first second at which the key is valid
        uint40 validUntil; // first second at which it is not; 0 while no end is set
        uint40 compromisedSince; // the party's own dated statement; 0 if none
        uint40 declaredAt; // block time of that statement
    }

    /// @notice A profile document, in force from `time` (Unix seconds) until the next one.
    struct Profile {
        bytes32 digest; // SHA-256
        uint40 time;
    }

    /// @notice Asks for a new party.
    struct Creation {
        bytes32 salt; // 32 random bytes, part of the id
        bytes32 profile; // SHA-256 of the profile document
    }

    /// @notice Asks for a key to be added.
    struct KeyAddition {
        PartyId party;
        address key;
        uint8 purposes; // sum of `Purpose` bits, at least one
    }

    /// @notice Names a key of a party: for revoking it, or for vetoing its removal.
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

    /// @notice Emitted when a party came to be.
    event PartyCreated(PartyId indexed party, address indexed key, bytes32 indexed profile, uint32 number);
    /// @notice Emitted when a party's profile document changed.
    event ProfileChanged(PartyId indexed party, address indexed by, bytes32 indexed profile);
    /// @notice Emitted when a key was added with these purposes.
    event KeyAdded(PartyId indexed party, address indexed key, address indexed by, uint8 purposes);
    /// @notice Emitted when a key was revoked: it is not valid from `validUntil` on.
    event KeyRevoked(PartyId indexed party, address indexed key, address indexed by, uint40 validUntil);
    /// @notice Emitted when the removal of a managing key was vetoed.
    event RemovalVetoed(PartyId indexed party, address indexed key, address indexed by);
    /// @notice Emitted when a party stated since when a key is compromised.
    event CompromiseDeclared(PartyId indexed party, address indexed key, address indexed by, uint40 since);

    /// @notice Thrown when this key created a party with this salt before.
    error PartyExists(PartyId party);
    /// @notice Thrown when the key is not valid for the party and purpose at block time.
    error KeyNotValid(PartyId party, address key, uint8 purpose);
    /// @notice Thrown when a key is added that the party has or has had.
    error KeyKnown(PartyId party, address key);
    /// @notice Thrown when a key is named that the party never had.
    error KeyUnknown(PartyId party, address key);
    /// @notice Thrown when a key is revoked again.
    error KeyRevokedBefore(PartyId party, address key);
    /// @notice Thrown when purposes are none, or not among the known bits.
    error PurposesUnknown(uint8 purposes);
    /// @notice Thrown when a managing key that is to be removed does more than act and veto.
    error KeyBeingRemoved(PartyId party, address key, uint40 until);
    /// @notice Thrown when there are as many parties as have numbers.
    error PartiesExhausted();
    /// @notice Thrown when a removal would leave the party without a managing key.
    error LastManagingKey(PartyId party, address key);
    /// @notice Thrown when no removal is pending that this key could veto.
    error NothingToVeto(PartyId party, address key);
    /// @notice Thrown when a key vetoes its own removal.
    error OwnRemoval(PartyId party, address key);
    /// @notice Thrown when a compromise is stated in the future, or later than stated before.
    error CompromiseNotEarlier(uint40 since, uint40 limit);

    /// @notice Creates a party; the calling key is its first, with every purpose.
    /// @return party SHA-256(key ‖ salt)
    function createParty(Creation calldata creation) external returns (PartyId party);
    /// @notice Adds a key, valid from this block on. A key that was ever the party's is never added again.
    function addKey(KeyAddition calldata addition) external;
    /// @notice Revokes a key: at once, or after seven days if it manages, so that another may veto. Until then a managing
    /// key may act and veto, but not manage: nobody can dig in while being removed.
    function revokeKey(KeyReference calldata key) external;
    /// @notice Stops the pending removal of a managing key; any other managing key may that was the party's before the
    /// removal was asked for.
    function vetoRemoval(KeyReference calldata key) external;
    /// @notice States since when a key is compromised. It may be restated only earlier and erases no act.
    function declareCompromise(Compromise calldata compromise) external;
    /// @notice Adds the digest of a new profile, which is in force from then on; earlier ones stay listed.
    function changeProfile(ProfileChange calldata change) external;
    /// @notice Reverts with `KeyNotValid` unless the key is the party's, for this purpose, at block time.
    /// @return number the party's number
    function requireKey(PartyId party, address key, uint8 purpose) external view returns (uint32 number);
    /// @notice Reverts unless the key may manage the party at block time: valid for it, and not about to be removed.
    /// @return number the party's number
    function requireManager(PartyId party, address key) external view returns (uint32 number);
    /// @notice Whether the key was the party's, for this purpose, at `time` (Unix seconds, not after now).
    function keyValidAt(PartyId party, address key, uint8 purpose, uint256 time) external view returns (bool);
    /// @notice The record of a key; all zero if the party never had it.
    function keyOf(PartyId party, address key) external view returns (Key memory);
    /// @notice Every key the party ever had, in the order of addition.
    function keysOf(PartyId party) external view returns (address[] memory);
    /// @notice A party's number (0 if unknown), time of creation (Unix seconds), and digest of its profile.
    function partyOf(PartyId party) external view returns (uint32 number, uint40 createdAt, bytes32 profile);
    /// @notice Every profile the party ever had, in order.
    function profilesOf(PartyId party) external view returns (Profile[] memory);
    /// @notice The id of the party with this number; zero if there is none.
    function partyNumbered(uint32 number) external view returns (PartyId);
    /// @notice How many parties there are.
    function partyCount() external view returns (uint256);
}
