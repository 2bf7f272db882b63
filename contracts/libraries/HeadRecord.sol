// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a log keeps of its heads beside root and digest, in one storage slot. From the lowest bit on: the size of
/// the present head, in entries (64 bits), its block time in Unix seconds (40), and the count of heads (32). Zero means
/// that the log has no head.
type HeadRecord is uint256;

using HeadRecordLibrary for HeadRecord global;

/// @title HeadRecordLibrary: the members of a head's record
library HeadRecordLibrary {
    uint256 private constant _TIME = 64;
    uint256 private constant _COUNT = 104;

    /// @notice The record of head number `count_`, anchored at `time_` (Unix seconds).
    function create(uint64 size_, uint256 time_, uint32 count_) internal pure returns (HeadRecord) {
        return HeadRecord.wrap(uint256(size_) | (uint256(uint40(time_)) << _TIME) | (uint256(count_) << _COUNT));
    }

    /// @notice The size of the present head, in entries; 0 if there is none.
    function size(HeadRecord record) internal pure returns (uint64) {
        return uint64(HeadRecord.unwrap(record));
    }

    /// @notice When it was anchored, Unix seconds.
    function time(HeadRecord record) internal pure returns (uint40) {
        return uint40(HeadRecord.unwrap(record) >> _TIME);
    }

    /// @notice How many heads there were, the present one included.
    function count(HeadRecord record) internal pure returns (uint32) {
        return uint32(HeadRecord.unwrap(record) >> _COUNT);
    }
}
