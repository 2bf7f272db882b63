// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrialRegistry} from "../interfaces/ITrialRegistry.sol";
import {Act, Kind, Purpose, TrialId} from "../interfaces/Types.sol";
import {CivilDate} from "../libraries/CivilDate.sol";
import {DocumentEntry, DocumentEntryLibrary} from "../libraries/DocumentEntry.sol";
import {RFC9162} from "../libraries/RFC9162.sol";
import {RegistryNumber} from "../libraries/RegistryNumber.sol";
import {TrialHeader, TrialHeaderLibrary} from "../libraries/TrialHeader.sol";
import {TrialRecords} from "./TrialRecords.sol";

/// @title TrialStatements: what is said of a trial: its documents, milestones, results and registry numbers
abstract contract TrialStatements is TrialRecords {
    uint8 private constant _UNBLINDED = 2;
    uint8 private constant _CORRECTION = 20;

    /// @inheritdoc ITrialRegistry
    function register(Registration calldata r) external returns (TrialId trial) {
        address key = _key();
        trial = TrialId.wrap(sha256(abi.encode(r.actor, r.code)));
        TrialHeader header = _trials[trial].header;
        if (header.createdAt() != 0) revert TrialExists(trial);
        uint32 author = PARTIES.requireKey(r.actor, key, Purpose.ACT);
        header = TrialHeaderLibrary.create(author, block.timestamp);
        header = _enterDocument(
            _documents[trial][Kind.PROTOCOL],
            header,
            Kind.PROTOCOL,
            r.protocol,
            author,
            0,
            r.endpointCount
        );
        _enterEndpoints(trial, header, Kind.PROTOCOL, r.endpointRoot, r.endpointCount);
        bytes32 log = _record(
            trial,
            r.actor,
            header,
            abi.encode(
                TrialRegistered.selector,
                trial,
                r.protocol,
                r.actor,
                _stamp(header, key),
                r.code,
                r.endpointRoot,
                r.endpointCount
            )
        );
        _trialsWord = _trialsWord.rolled(r.actor, log);
    }

    /// @inheritdoc ITrialRegistry
    function seal(Sealing calldata s) external {
        address key = _key();
        (TrialHeader header, uint32 author) = _enter(s.trial, s.actor, key, Act.SEAL, 0);
        if (s.kind == 0 || s.kind > Kind.LAST || s.kind == Kind.RESULTS) revert KindNotSealable(s.kind);
        if (s.blinding > _UNBLINDED) revert BlindingUnknown(s.blinding);
        uint16 next;
        unchecked {
            next = header.version(s.kind) + 1; // counting the document refuses the one after the last of 16 bits
        }
        if (s.version != next) revert VersionOutOfOrder(s.kind, next, s.version);
        mapping(bytes32 digest => DocumentEntry entry) storage documents = _documents[s.trial][s.kind];
        if (documents[s.document].time() != 0) revert DocumentSealedBefore(s.trial, s.kind, s.document);
        header = _enterDocument(documents, header, s.kind, s.document, author, s.blinding, s.endpointCount);
        _enterEndpoints(s.trial, header, s.kind, s.endpointRoot, s.endpointCount);
        _record(
            s.trial,
            s.actor,
            header,
            abi.encode(
                DocumentSealed.selector,
                s.trial,
                s.document,
                s.actor,
                _stamp(header, key),
                s.kind,
                s.version,
                s.blinding,
                s.endpointRoot,
                s.endpointCount
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function recordMilestone(Milestone calldata m) external {
        address key = _key();
        (TrialHeader header, ) = _enter(m.trial, m.actor, key, Act.MILESTONE, 0);
        if (m.milestone == 0) revert MilestoneUnknown(m.milestone);
        // An act follows those that it speaks of; a correction speaks of one.
        if (m.act >= header.acts() || (m.act == 0 && m.milestone == _CORRECTION)) revert ActUnknown(m.act);
        CivilDate.requirePast(m.date, block.timestamp);
        _record(
            m.trial,
            m.actor,
            header,
            abi.encode(
                MilestoneRecorded.selector,
                m.trial,
                m.document,
                m.actor,
                _stamp(header, key),
                uint256(m.part) | (uint256(m.milestone) << 16) | (uint256(m.date) << 24) | (uint256(m.act) << 56)
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function reportResult(Report calldata r, bytes32[] calldata proof) external {
        address key = _key();
        (TrialHeader header, uint32 author) = _enter(r.trial, r.actor, key, Act.RESULTS, 0);
        if (r.endpoint == 0) revert DigestMissing();
        if (r.protocolVersion == 0) {
            if (proof.length != 0) revert ProofWithoutProtocol();
        } else {
            bytes32 root = RFC9162.rootOf(r.endpoint, r.index, r.endpointCount, proof);
            bytes32 reached = _endpointSet(root, r.endpointCount);
            bytes32 promised = _endpointSets[r.trial][Kind.PROTOCOL][r.protocolVersion];
            if (reached != promised) revert EndpointNotInSet(r.endpoint, r.protocolVersion, reached, promised);
        }
        // One document may report many endpoints: its first report seals it.
        mapping(bytes32 digest => DocumentEntry entry) storage results = _documents[r.trial][Kind.RESULTS];
        if (results[r.document].time() == 0) {
            header = _enterDocument(results, header, Kind.RESULTS, r.document, author, 0, 0);
        }
        _record(
            r.trial,
            r.actor,
            header,
            abi.encode(
                ResultReported.selector,
                r.trial,
                r.document,
                r.actor,
                _stamp(header, key),
                r.endpoint,
                r.part,
                r.protocolVersion,
                r.index
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function claimRegistryId(RegistryClaim calldata c) external {
        address key = _key();
        (TrialHeader header, ) = _enter(c.trial, c.actor, key, Act.CLAIM_REGISTRY_ID, 0);
        bytes32 fold = RegistryNumber.fold(c.registryId);
        if (c.submitted != 0) CivilDate.requirePast(c.submitted, block.timestamp);
        bytes32 log = _record(
            c.trial,
            c.actor,
            header,
            abi.encode(
                RegistryIdClaimed.selector,
                c.trial,
                fold,
                c.actor,
                _stamp(header, key),
                c.registryId,
                c.submitted
            )
        );
        _numberWords[fold] = _numberWords[fold].rolled(c.actor, log);
    }

    /// @inheritdoc ITrialRegistry
    function withdrawRegistryId(RegistryWithdrawal calldata w) external {
        address key = _key();
        (TrialHeader header, ) = _enter(w.trial, w.actor, key, Act.WITHDRAW_REGISTRY_ID, 0);
        bytes32 fold = RegistryNumber.fold(w.registryId);
        bytes32 log = _record(
            w.trial,
            w.actor,
            header,
            abi.encode(RegistryIdWithdrawn.selector, w.trial, fold, w.actor, _stamp(header, key), w.registryId)
        );
        _numberWords[fold] = _numberWords[fold].rolled(w.actor, log);
    }

    // ----- what they share -----

    /// @dev Keeps a document as the next version of its kind, in state and in `header`. It is not kept there yet.
    /// @param documents those of this kind of the trial
    function _enterDocument(
        mapping(bytes32 digest => DocumentEntry entry) storage documents,
        TrialHeader header,
        uint8 kind,
        bytes32 digest,
        uint32 author,
        uint8 blinding,
        uint32 endpointCount
    ) private returns (TrialHeader counted) {
        if (digest == 0) revert DigestMissing();
        counted = header.withVersion(kind);
        documents[digest] = DocumentEntryLibrary.create(
            block.timestamp,
            author,
            counted.version(kind),
            header.acts(),
            endpointCount,
            blinding
        );
    }

    /// @dev Stores the endpoint set of the last version of a kind, if it has one.
    function _enterEndpoints(TrialId trial, TrialHeader header, uint8 kind, bytes32 root, uint32 count) private {
        bool wanted = kind == Kind.PROTOCOL;
        bool allowed = kind <= Kind.REGISTRY_RECORD;
        if ((root == 0) != (count == 0) || (count == 0 && wanted) || (count != 0 && !allowed)) {
            revert EndpointSetMismatch(kind, root, count);
        }
        if (count != 0) _endpointSets[trial][kind][header.version(kind)] = _endpointSet(root, count);
    }

    /// @dev SHA-256(root ‖ count, 4 bytes): binds a root to the size of its tree, so that a proof needs no more than
    /// this one word from storage.
    function _endpointSet(bytes32 root, uint32 count) private view returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(0x00, root)
            mstore(0x20, shl(224, count))
            // The precompile fails only for want of gas, of which the caller keeps too little to go on.
            if iszero(staticcall(gas(), 2, 0x00, 0x24, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }
}
