// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Rolling} from "./Rolling.sol";

/// @notice What every act reads and writes of a trial, in one storage slot. From the lowest bit on: the number of the
/// sponsoring party (32 bits), the count of acts (32), the time of registration in Unix seconds (40), how often the
/// sponsorship moved (8), and the count of documents of kinds 1 to 9 (16 each). Zero means that there is no such trial.
type TrialHeader is uint256;

using TrialHeaderLibrary for TrialHeader global;

/// @title TrialHeaderLibrary: the members of a trial's header
/// @dev A count that would run over into its neighbour reverts instead.
library TrialHeaderLibrary {
    uint256 private constant _ACTS = 32;
    uint256 private constant _CREATED = 64;
    uint256 private constant _TENURE = 104;
    uint256 private constant _VERSIONS = 112;

    /// @notice A trial as registered, with its first act counted.
    function create(uint32 sponsorNumber, uint256 time) internal pure returns (TrialHeader) {
        return TrialHeader.wrap(uint256(sponsorNumber) | (1 << _ACTS) | (uint256(uint40(time)) << _CREATED));
    }

    /// @notice Number of the sponsoring party.
    function sponsor(TrialHeader header) internal pure returns (uint32) {
        return uint32(TrialHeader.unwrap(header));
    }

    /// @notice How many acts were counted.
    function acts(TrialHeader header) internal pure returns (uint32) {
        return uint32(TrialHeader.unwrap(header) >> _ACTS);
    }

    /// @notice When the trial was registered, Unix seconds.
    function createdAt(TrialHeader header) internal pure returns (uint40) {
        return uint40(TrialHeader.unwrap(header) >> _CREATED);
    }

    /// @notice How often the sponsorship moved.
    function tenure(TrialHeader header) internal pure returns (uint8) {
        return uint8(TrialHeader.unwrap(header) >> _TENURE);
    }

    /// @notice The last version of a kind (1 to 9), 0 if there is none.
    function version(TrialHeader header, uint256 kind) internal pure returns (uint16) {
        return uint16(TrialHeader.unwrap(header) >> _shift(kind));
    }

    /// @notice The header with one more act.
    function withAct(TrialHeader header) internal pure returns (TrialHeader) {
        if (acts(header) == type(uint32).max) revert Rolling.CountExhausted();
        return TrialHeader.wrap(TrialHeader.unwrap(header) + (1 << _ACTS));
    }

    /// @notice The header with one more document of a kind.
    function withVersion(TrialHeader header, uint256 kind) internal pure returns (TrialHeader) {
        if (version(header, kind) == type(uint16).max) revert Rolling.CountExhausted();
        return TrialHeader.wrap(TrialHeader.unwrap(header) + (1 << _shift(kind)));
    }

    /// @notice The header under another sponsor.
    function withSponsor(TrialHeader header, uint32 number) internal pure returns (TrialHeader) {
        if (tenure(header) == type(uint8).max) revert Rolling.CountExhausted();
        uint256 others = TrialHeader.unwrap(header) & ~uint256(type(uint32).max);
        return TrialHeader.wrap((others | number) + (1 << _TENURE));
    }

    function _shift(uint256 kind) private pure returns (uint256) {
        unchecked {
            return _VERSIONS - 16 + 16 * kind; // kinds are checked to be 1 to 9
        }
    }
}
