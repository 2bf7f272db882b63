// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyRecordLibrary} from "./PartyRecord.sol";

/// @notice A key of a party, in one storage slot. From the lowest bit on: the party's number (32 bits), the purposes (16),
/// and in Unix seconds (40 each) valid from, valid until (0: no end), compromised since (0: not stated), stated when, and
/// contested when (0: not contested); then whether its addition waited seven days (1).
type KeyRecord is uint256;

using KeyRecordLibrary for KeyRecord global;

/// @title KeyRecordLibrary: the members of a key's record
library KeyRecordLibrary {
    uint256 private constant _PURPOSES = 32;
    uint256 private constant _FROM = 48;
    uint256 private constant _UNTIL = 88;
    uint256 private constant _COMPROMISED = 128;
    uint256 private constant _DECLARED = 168;
    uint256 private constant _CONTESTED = 208;
    uint256 private constant _WAITED = 248;

    /// @notice A key that is asked for at `time` and valid from `from` on (Unix seconds): at once, or after seven days.
    function create(uint32 number, uint16 purposes_, uint256 time, uint256 from) internal pure returns (KeyRecord) {
        uint256 others = uint256(number) | (uint256(purposes_) << _PURPOSES) | (uint256(uint40(from)) << _FROM);
        return KeyRecord.wrap(from == time ? others : others | (1 << _WAITED));
    }

    /// @notice Number of the party; 0 if it never had the key.
    function party(KeyRecord record) internal pure returns (uint32) {
        return uint32(KeyRecord.unwrap(record));
    }

    /// @notice Sum of the key's purposes.
    function purposes(KeyRecord record) internal pure returns (uint16) {
        return uint16(KeyRecord.unwrap(record) >> _PURPOSES);
    }

    /// @notice First second at which the key is valid.
    function validFrom(KeyRecord record) internal pure returns (uint40) {
        return uint40(KeyRecord.unwrap(record) >> _FROM);
    }

    /// @notice Whether its addition waited seven days.
    function waited(KeyRecord record) internal pure returns (bool) {
        return KeyRecord.unwrap(record) & (1 << _WAITED) != 0;
    }

    /// @notice When it was asked for, Unix seconds.
    function askedAt(KeyRecord record) internal pure returns (uint40) {
        return waited(record) ? validFrom(record) - PartyRecordLibrary.PERIOD : validFrom(record);
    }

    /// @notice First second at which it is not; 0 while no end is set.
    function validUntil(KeyRecord record) internal pure returns (uint40) {
        return uint40(KeyRecord.unwrap(record) >> _UNTIL);
    }

    /// @notice Since when the party says that it was in the wrong hands; 0 if it does not.
    function compromisedSince(KeyRecord record) internal pure returns (uint40) {
        return uint40(KeyRecord.unwrap(record) >> _COMPROMISED);
    }

    /// @notice When that was stated last; 0 if it was not.
    function declaredAt(KeyRecord record) internal pure returns (uint40) {
        return uint40(KeyRecord.unwrap(record) >> _DECLARED);
    }

    /// @notice When the last such statement was contested; 0 if it was not.
    function contestedAt(KeyRecord record) internal pure returns (uint40) {
        return uint40(KeyRecord.unwrap(record) >> _CONTESTED);
    }

    /// @notice Whether the key may be used for every one of `wanted` purposes at `time` (Unix seconds).
    function isValid(KeyRecord record, uint16 wanted, uint256 time) internal pure returns (bool) {
        uint40 until = validUntil(record);
        return
            wanted != 0 &&
            purposes(record) & wanted == wanted &&
            validFrom(record) <= time &&
            (until == 0 || time < until);
    }

    /// @notice The record with this end; 0 takes the end away.
    function withEnd(KeyRecord record, uint40 until) internal pure returns (KeyRecord) {
        uint256 others = KeyRecord.unwrap(record) & ~(uint256(type(uint40).max) << _UNTIL);
        return KeyRecord.wrap(others | (uint256(until) << _UNTIL));
    }

    /// @notice The record with this statement of compromise, made at `time` (Unix seconds) and not contested.
    function withCompromise(KeyRecord record, uint40 since, uint256 time) internal pure returns (KeyRecord) {
        uint256 others = KeyRecord.unwrap(record) & (((1 << _COMPROMISED) - 1) | (1 << _WAITED));
        return KeyRecord.wrap(others | (uint256(since) << _COMPROMISED) | (uint256(uint40(time)) << _DECLARED));
    }

    /// @notice The record with its statement of compromise contested at `time` (Unix seconds); it was not before.
    function withContest(KeyRecord record, uint256 time) internal pure returns (KeyRecord) {
        return KeyRecord.wrap(KeyRecord.unwrap(record) | (uint256(uint40(time)) << _CONTESTED));
    }
}
