// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {ITrialLog} from "./interfaces/ITrialLog.sol";
import {ITrialRegistry} from "./interfaces/ITrialRegistry.sol";
import {PartyId, Purpose, TrialId} from "./interfaces/Types.sol";
import {HeadRecord, HeadRecordLibrary} from "./libraries/HeadRecord.sol";
import {RFC9162} from "./libraries/RFC9162.sol";
import {Rolling} from "./libraries/Rolling.sol";

/// @title TrialLog
/// @notice See `ITrialLog`.
contract TrialLog is ITrialLog, Relayed {
    struct Log {
        HeadRecord record;
        bytes32 root;
        bytes32 rollingDigest; // over all heads
    }

    /// @notice The contract that says which keys speak for which party.
    IParties public immutable PARTIES;
    /// @notice The contract that says who may write which streams.
    ITrialRegistry public immutable TRIAL_REGISTRY;
    /// @notice How many entries one step may add. No proof tells invented nodes from entries, so that an unbounded step,
    /// sent in error, would leave its log no room to grow.
    uint64 public constant MOST_ENTRIES = 1 << 32;

    bytes32 private constant _EXTENSION = keccak256(
        "ExtendStream(bytes32 trial,bytes32 actor,bytes32 stream,uint64 size,bytes32 root,address signer,uint256 nonce,uint64 deadline)"
    );

    mapping(TrialId trial => mapping(PartyId writer => mapping(bytes32 stream => Log log))) private _logs;

    /// @param parties the `Parties` contract of this chain
    /// @param trialRegistry the `TrialRegistry` of this chain
    constructor(IParties parties, ITrialRegistry trialRegistry) Relayed("trialseal TrialLog") {
        PARTIES = parties;
        TRIAL_REGISTRY = trialRegistry;
    }

    // ----- acts -----

    /// @inheritdoc ITrialLog
    function extend(Extension calldata e, bytes32[] calldata proof) external {
        address key = _key();
        uint32 number = PARTIES.requireKey(e.actor, key, Purpose.STREAM);
        TRIAL_REGISTRY.requireWriter(e.trial, e.actor, number, e.stream);
        Log storage log = _logs[e.trial][e.actor][e.stream];
        HeadRecord record = log.record;
        uint64 present = record.size();
        if (e.size <= present) revert SizeNotGrown(present, e.size);
        unchecked {
            if (e.size - present > MOST_ENTRIES) revert StepTooLong(present, e.size, MOST_ENTRIES);
        }
        if (present != 0) {
            verifyConsistency(present, log.root, e.size, e.root, proof);
        } else if (proof.length != 0) {
            revert RFC9162.ProofLength(proof.length);
        } else if (e.root == 0) {
            revert RootMissing();
        }
        _record(log, record, e, key);
    }

    // ----- reading -----

    /// @inheritdoc ITrialLog
    function headOf(TrialId trial, PartyId writer, bytes32 stream) external view returns (Head memory) {
        Log storage log = _logs[trial][writer][stream];
        HeadRecord record = log.record;
        return Head(record.size(), record.time(), record.count(), log.rollingDigest, log.root);
    }

    /// @inheritdoc ITrialLog
    function verifyInclusion(
        TrialId trial,
        PartyId writer,
        bytes32 stream,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (uint64 size, uint40 time) {
        Log storage log = _logs[trial][writer][stream];
        (size, time) = (log.record.size(), log.record.time());
        verifyInclusionIn(size, log.root, leaf, index, proof);
    }

    /// @inheritdoc ITrialLog
    function verifyInclusionIn(
        uint64 size,
        bytes32 root,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) public view {
        bytes32 reached = RFC9162.rootOf(leaf, index, size, proof);
        if (reached != root) revert EntryNotIncluded(leaf, index, size, root, reached);
    }

    /// @inheritdoc ITrialLog
    function verifyConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) public view {
        (bytes32 oldReached, bytes32 newReached) = RFC9162.rootsOf(oldSize, newSize, oldRoot, proof);
        if (oldReached != oldRoot || newReached != newRoot) {
            revert HeadsNotConsistent(oldRoot, oldReached, newRoot, newReached);
        }
    }

    // ----- typed data -----

    /// @inheritdoc Relayed
    function _typeOf(bytes4 selector) internal pure override returns (bytes32 typeHash, uint256 words) {
        if (selector == this.extend.selector) return (_EXTENSION, 5);
    }

    // ----- what an act does -----

    /// @dev Logs a head, rolls its log into the digest, and stores it.
    function _record(Log storage log, HeadRecord before, Extension calldata e, address key) private {
        uint32 number = Rolling.following(before.count());
        bytes32 digest = Rolling.write(
            abi.encode(HeadExtended.selector, e.trial, e.stream, e.actor, Rolling.stamp(number, key), e.size, e.root)
        );
        log.record = HeadRecordLibrary.create(e.size, block.timestamp, number);
        log.root = e.root;
        log.rollingDigest = Rolling.step(log.rollingDigest, e.actor, digest);
    }
}
