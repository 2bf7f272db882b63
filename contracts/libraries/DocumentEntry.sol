// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A sealed document, in one storage slot. From the lowest bit on: block time in Unix seconds (40 bits), number
/// of the sealing party (32), version (16), number of the act (32), count of endpoints (32), blinding (8). Zero means
/// that it is not sealed.
type DocumentEntry is uint256;

using DocumentEntryLibrary for DocumentEntry global;

/// @title DocumentEntryLibrary: the members of a document's entry
library DocumentEntryLibrary {
    uint256 private constant _AUTHOR = 40;
    uint256 private constant _VERSION = 72;
    uint256 private constant _ACT = 88;
    uint256 private constant _ENDPOINTS = 120;
    uint256 private constant _BLINDING = 152;

    /// @notice A document sealed at `time` (Unix seconds).
    function create(
        uint256 time_,
        uint32 author_,
        uint16 version_,
        uint32 act_,
        uint32 endpointCount_,
        uint8 blinding_
    ) internal pure returns (DocumentEntry) {
        return
            DocumentEntry.wrap(
                uint256(uint40(time_)) |
                    (uint256(author_) << _AUTHOR) |
                    (uint256(version_) << _VERSION) |
                    (uint256(act_) << _ACT) |
                    (uint256(endpointCount_) << _ENDPOINTS) |
                    (uint256(blinding_) << _BLINDING)
            );
    }

    /// @notice Block time at which it was sealed, Unix seconds; 0 if it is not.
    function time(DocumentEntry entry) internal pure returns (uint40) {
        return uint40(DocumentEntry.unwrap(entry));
    }

    /// @notice Number of the party that sealed it.
    function author(DocumentEntry entry) internal pure returns (uint32) {
        return uint32(DocumentEntry.unwrap(entry) >> _AUTHOR);
    }

    /// @notice Version of its kind, from 1.
    function version(DocumentEntry entry) internal pure returns (uint16) {
        return uint16(DocumentEntry.unwrap(entry) >> _VERSION);
    }

    /// @notice Number of the act that sealed it.
    function act(DocumentEntry entry) internal pure returns (uint32) {
        return uint32(DocumentEntry.unwrap(entry) >> _ACT);
    }

    /// @notice How many endpoints it has.
    function endpointCount(DocumentEntry entry) internal pure returns (uint32) {
        return uint32(DocumentEntry.unwrap(entry) >> _ENDPOINTS);
    }

    /// @notice What its sealer had seen: 0 not stated, 1 blinded, 2 unblinded.
    function blinding(DocumentEntry entry) internal pure returns (uint8) {
        return uint8(DocumentEntry.unwrap(entry) >> _BLINDING);
    }
}
