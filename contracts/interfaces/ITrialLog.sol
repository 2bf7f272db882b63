// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId, TrialId} from "./Types.sol";

/// @title ITrialLog: what a trial's streams held, and when
/// @notice A stream is an append-only log of entries that stay off the chain. Only its head is kept here: how many entries
/// there are, and the root of the RFC 9162 tree over them. A head moves only with the proof that the entries before are
/// still the first ones, so that what is anchored cannot be dropped, edited or reordered, not even by its writer. What is
/// not yet anchored can.
/// Each writer has a log of its own in each stream that it opened in `TrialRegistry`; no writer touches another's.
/// Heads are counted, logged, and folded into the log's rolling digest:
///   digest 0 = SHA-256(chain id ‖ this contract ‖ trial ‖ stream ‖ writer), 32 bytes each;
///   digest n = SHA-256(digest n-1 ‖ the log of head n: its four topics and its data);
/// of each digest the first 15 bytes count, the other 17 are zeros. So the logs of a stream are complete if, and only if,
/// they lead to the digest in state. The data of each log begins with a stamp: the head's number, from 1 (4 bytes), the
/// block's time in Unix seconds (8 bytes), and the key (20 bytes).
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
        bytes15 rollingDigest; // over all of them
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
    /// @notice Emitted when an act of a batch was refused: who sent it, its place in the batch, from 0, and the error.
    event ActRefused(address indexed sender, uint256 indexed place, bytes reason);

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
    /// @notice Thrown when an act of a batch fails and has used up nearly all gas: perhaps it failed for want of it.
    error GasTooLittle(uint256 place);

    /// @notice Moves the head of the acting party's log. Needs one of its keys for streams, and that it opened the stream
    /// and is the trial's sponsor or appointed for the stream now. The size grows by 1 to 2^32 entries.
    /// @param proof RFC 9162 consistency proof from the present head; empty for the first. No part of what a key signs.
    function extend(Extension calldata extension, bytes32[] calldata proof) external;
    /// @notice Carries out acts one after the other, each given as the calldata of its function, `extend` or `relay`. One
    /// that is refused is reported by `ActRefused`, and the others stand.
    /// @dev One that fails for want of gas takes all with it. Otherwise a node that estimates a batch's gas would find the
    /// least with which every act of it is refused.
    function batch(bytes[] calldata acts) external;
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
