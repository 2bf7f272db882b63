// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId, TrialId} from "./Types.sol";

/// @title ITrialLog: what a trial's streams held, and when
/// @notice A stream is an append-only log of entries that stay off the chain. Only its head is kept here: how many entries
/// there are, and the root of the RFC 9162 tree over them. A head moves only with the proof that the entries before are
/// still the first ones, so that what is anchored cannot be dropped, edited or reordered, not even by its writer. What is
/// not yet anchored can.
/// Each writer has a log of its own in each stream that it opened in `TrialRegistry`; no writer touches another's.
/// Heads are counted, logged, and rolled into the log's digest, by the step of `Rolling` with the writer as author, so that
/// the logs of a stream are complete if, and only if, they lead from zero to the digest in state. The data of each log
/// begins with a stamp: the head's number, from 1 (4 bytes), the block's time in Unix seconds (8 bytes), and the key (20
/// bytes).
interface ITrialLog {
    /// @notice Asks for a log to be extended.
    struct Extension {
        TrialId trial;
        PartyId actor; // the log's writer
        bytes32 stream; // salted digest of the stream's name, as it was opened
        uint64 size; // of the new head: how many entries there are now
        bytes32 root; // RFC 9162 root over all of them
    }

    /// @notice The present head of a log. All zero if it has none.
    struct Head {
        uint64 size; // in entries
        uint40 time; // block time at which it was anchored, Unix seconds
        uint32 heads; // how many heads there were, this one included
        bytes32 rollingDigest; // over all of them
        bytes32 root;
    }

    /// @notice Emitted when a log was extended.
    event HeadExtended(
        TrialId indexed trial,
        bytes32 indexed stream,
        PartyId indexed actor,
        uint256 stamp,
        uint64 size,
        bytes32 root
    );

    /// @notice Thrown when a new head has not more entries than the present one.
    error SizeNotGrown(uint64 present, uint64 given);
    /// @notice Thrown when a head would have more new entries than one step may have.
    error StepTooLong(uint64 present, uint64 given, uint64 most);
    /// @notice Thrown when the root of a first head is zero.
    error RootMissing();
    /// @notice Thrown when a proof shows other trees than those of the two heads.
    error HeadsNotConsistent(bytes32 oldRoot, bytes32 oldReached, bytes32 newRoot, bytes32 newReached);
    /// @notice Thrown when a proof does not lead from the leaf to the root.
    error EntryNotIncluded(bytes32 leaf, uint64 index, uint64 size, bytes32 root, bytes32 reached);

    /// @notice Moves the head of the acting party's log. Needs one of its keys for streams, and that it opened the stream
    /// and is the trial's sponsor or appointed for the stream now. The size grows by 1 to 2^32 entries.
    /// @param proof RFC 9162 consistency proof from the present head; empty for the first. No part of what a key signs.
    function extend(Extension calldata extension, bytes32[] calldata proof) external;
    /// @notice The present head of a writer's log.
    function headOf(TrialId trial, PartyId writer, bytes32 stream) external view returns (Head memory);
    /// @notice Reverts unless an entry is in a writer's log, by its present head.
    /// @param leaf RFC 9162 leaf hash of the entry
    /// @param index its place, from 0
    /// @param proof RFC 9162 inclusion proof, for the size of the present head
    /// @return size how many entries the present head has
    /// @return time when it was anchored, Unix seconds; the entry itself may be in an earlier head
    function verifyInclusion(
        TrialId trial,
        PartyId writer,
        bytes32 stream,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (uint64 size, uint40 time);
    /// @notice Reverts unless an entry is in the tree with this size and root, such as an earlier head's.
    function verifyInclusionIn(
        uint64 size,
        bytes32 root,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view;
    /// @notice Reverts unless the entries of the old tree are the first ones of the new tree, which has more.
    function verifyConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view;
}
