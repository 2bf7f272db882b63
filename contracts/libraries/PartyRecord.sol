// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What is kept of a party beside its keys, in one storage slot. From the lowest bit on: its number (32 bits), the
/// time of its creation in Unix seconds (40), its managing keys without an end (32), how many of them were asked for and
/// had not begun when a change was last asked for (32), and the time by which every change asked for has taken effect in
/// Unix seconds (40). Zero means that there is no such party.
type PartyRecord is uint256;

using PartyRecordLibrary for PartyRecord global;

/// @title PartyRecordLibrary: the members of a party's record, and how changes of its managing keys move them
/// @dev No count can run over: each key that it counts has cost a transaction's gas.
library PartyRecordLibrary {
    /// @notice How long the addition or removal of a managing key, or the offer of a trial, stays open to a veto while the
    /// party has several managing keys, and how long a statement of compromise may be contested.
    uint40 internal constant PERIOD = 7 days;

    uint256 private constant _CREATED = 32;
    uint256 private constant _MANAGERS = 72;
    uint256 private constant _PENDING = 104;
    uint256 private constant _SETTLED = 136;

    /// @notice A party created at `time` (Unix seconds), with these managing keys.
    function create(uint32 number_, uint256 time, uint32 managers_) internal pure returns (PartyRecord) {
        return
            PartyRecord.wrap(
                uint256(number_) | (uint256(uint40(time)) << _CREATED) | (uint256(managers_) << _MANAGERS)
            );
    }

    /// @notice The party's number, from 1; 0 if there is no such party.
    function number(PartyRecord record) internal pure returns (uint32) {
        return uint32(PartyRecord.unwrap(record));
    }

    /// @notice When it was created, Unix seconds.
    function createdAt(PartyRecord record) internal pure returns (uint40) {
        return uint40(PartyRecord.unwrap(record) >> _CREATED);
    }

    /// @notice How many managing keys, begun or asked for, have no end set.
    function managers(PartyRecord record) internal pure returns (uint32) {
        return uint32(PartyRecord.unwrap(record) >> _MANAGERS);
    }

    /// @notice How many of them may not have begun at `time` (Unix seconds): none once every change has taken effect.
    function pendingAt(PartyRecord record, uint256 time) internal pure returns (uint32) {
        return time < settledAt(record) ? uint32(PartyRecord.unwrap(record) >> _PENDING) : 0;
    }

    /// @notice By when every change asked for has taken effect, Unix seconds; 0 if none was ever delayed.
    function settledAt(PartyRecord record) internal pure returns (uint40) {
        return uint40(PartyRecord.unwrap(record) >> _SETTLED);
    }

    /// @notice How long a change asked for at `time` (Unix seconds) waits: seconds, 0 or `PERIOD`.
    function delayAt(PartyRecord record, uint256 time) internal pure returns (uint40) {
        return managers(record) > 1 || time < settledAt(record) ? PERIOD : 0;
    }

    /// @notice Whether a managing key without an end stays when one that has begun goes, whatever is vetoed.
    function canSpareAt(PartyRecord record, uint256 time) internal pure returns (bool) {
        return managers(record) > uint256(pendingAt(record, time)) + 1;
    }

    /// @notice The record with one more managing key asked for at `time`, and when that key begins.
    function withAddition(PartyRecord record, uint256 time) internal pure returns (PartyRecord, uint40 effective) {
        uint40 delay = delayAt(record, time);
        if (delay == 0) return (_with(record, managers(record) + 1, 0, settledAt(record)), uint40(time));
        effective = uint40(time) + delay;
        return (_with(record, managers(record) + 1, pendingAt(record, time) + 1, effective), effective);
    }

    /// @notice The record with one managing key fewer, asked for at `time`, and when that key ends. Only where one
    /// `canSpareAt` that time, so that there are several.
    function withRemoval(PartyRecord record, uint256 time) internal pure returns (PartyRecord, uint40 effective) {
        effective = uint40(time) + PERIOD;
        return (_with(record, managers(record) - 1, pendingAt(record, time), effective), effective);
    }

    /// @notice The record without an addition that has not taken effect at `time`.
    function withoutAddition(PartyRecord record, uint256 time) internal pure returns (PartyRecord) {
        return _with(record, managers(record) - 1, pendingAt(record, time) - 1, settledAt(record));
    }

    /// @notice The record without a removal that has not taken effect at `time`.
    function withoutRemoval(PartyRecord record, uint256 time) internal pure returns (PartyRecord) {
        return _with(record, managers(record) + 1, pendingAt(record, time), settledAt(record));
    }

    function _with(
        PartyRecord record,
        uint32 managers_,
        uint32 pending,
        uint40 settled
    ) private pure returns (PartyRecord) {
        uint256 kept = PartyRecord.unwrap(record) & ((1 << _MANAGERS) - 1);
        return
            PartyRecord.wrap(
                kept |
                    (uint256(managers_) << _MANAGERS) |
                    (uint256(pending) << _PENDING) |
                    (uint256(settled) << _SETTLED)
            );
    }
}
