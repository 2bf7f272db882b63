// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId} from "../interfaces/Types.sol";

/// @notice A count and what was rolled over as many logs: the count (4 bytes, big-endian), then the first 28 bytes of the
/// last step. Zero means that nothing was rolled yet.
type RolledWord is bytes32;

using Rolling for RolledWord global;

/// @title Rolling: one step for every log of every contract
/// @notice All logs have four topics: the event, two ids or digests, the acting party. Their data begins with a stamp.
///   log digest                    = SHA-256(topic 0 ‖ topic 1 ‖ topic 2 ‖ topic 3 ‖ data);
///   step(before, author, digest)  = SHA-256(before ‖ author ‖ digest), 32 + 20 + 32 bytes,
/// where the author is the first 20 bytes of the acting party's id. So a log that a reader does not care for can be
/// carried as 52 bytes, its author and its digest. A digest of 32 bytes is a step over the one before it, and a word keeps
/// of its step what a count leaves room for. Both begin from zero.
library Rolling {
    uint256 private constant _COUNT = 224;

    /// @notice Thrown when there are as many acts, steps, heads, documents of a kind, or transfers as can be counted.
    error CountExhausted();

    /// @notice How many logs were rolled into a word.
    function count(RolledWord word) internal pure returns (uint32) {
        return uint32(uint256(RolledWord.unwrap(word)) >> _COUNT);
    }

    /// @notice The number of the next log, from 1. Reverts with `CountExhausted` if there is none.
    function next(RolledWord word) internal pure returns (uint32) {
        return following(count(word));
    }

    /// @notice The word with one more log rolled into it.
    /// @param author the acting party
    /// @param digest of the log
    function rolled(RolledWord word, PartyId author, bytes32 digest) internal view returns (RolledWord) {
        bytes32 stepped = step(RolledWord.unwrap(word), author, digest);
        return RolledWord.wrap(bytes32((uint256(next(word)) << _COUNT) | (uint256(stepped) >> 32)));
    }

    /// @notice One more than `number`. Reverts with `CountExhausted` if 32 bits do not hold it.
    function following(uint32 number) internal pure returns (uint32) {
        if (number == type(uint32).max) revert CountExhausted();
        unchecked {
            return number + 1;
        }
    }

    /// @notice SHA-256(before ‖ first 20 bytes of `author` ‖ digest).
    function step(bytes32 before, PartyId author, bytes32 digest) internal view returns (bytes32 stepped) {
        assembly ("memory-safe") {
            // 84 bytes beyond the free memory pointer. Nothing is kept there. The digest covers the last 12 of the author.
            let buffer := mload(0x40)
            mstore(buffer, before)
            mstore(add(buffer, 0x20), author)
            mstore(add(buffer, 0x34), digest)
            // The precompile fails only for want of gas, of which the caller keeps too little to go on.
            if iszero(staticcall(gas(), 2, buffer, 0x54, 0x00, 0x20)) {
                revert(0, 0)
            }
            stepped := mload(0x00)
        }
    }

    /// @notice Writes a log, and gives its digest.
    /// @param log the log's words: its four topics (event, two ids or digests, acting party), then its data
    function write(bytes memory log) internal returns (bytes32 digest) {
        assembly ("memory-safe") {
            let length := mload(log)
            // As in `step`.
            if iszero(staticcall(gas(), 2, add(log, 0x20), length, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
            log4(
                add(log, 0xa0),
                sub(length, 0x80),
                mload(add(log, 0x20)),
                mload(add(log, 0x40)),
                mload(add(log, 0x60)),
                mload(add(log, 0x80))
            )
        }
    }

    /// @notice With what the data of every log begins: a number (4 bytes), the block's time in Unix seconds (8), and the
    /// key (20).
    function stamp(uint32 number, address key) internal view returns (uint256) {
        return (uint256(number) << _COUNT) | (block.timestamp << 160) | uint160(key);
    }
}
