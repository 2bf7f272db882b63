// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {ITrialRegistry} from "./interfaces/ITrialRegistry.sol";
import {Act, Kind, PartyId, TrialId} from "./interfaces/Types.sol";
import {DocumentEntry} from "./libraries/DocumentEntry.sol";
import {RegistryNumber} from "./libraries/RegistryNumber.sol";
import {RolledWord} from "./libraries/Rolling.sol";
import {TrialHeader} from "./libraries/TrialHeader.sol";
import {TrialRecords} from "./trials/TrialRecords.sol";
import {TrialRights} from "./trials/TrialRights.sol";
import {TrialStatements} from "./trials/TrialStatements.sol";

/// @title TrialRegistry
/// @notice See `ITrialRegistry`. Its acts are in `TrialStatements` and `TrialRights`; here is what is read.
contract TrialRegistry is TrialStatements, TrialRights {
    bytes32 private constant _REGISTRATION = keccak256(
        "RegisterTrial(bytes32 actor,bytes32 code,bytes32 protocol,bytes32 endpointRoot,uint32 endpointCount,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _SEALING = keccak256(
        "SealDocument(bytes32 trial,bytes32 actor,uint8 kind,uint16 version,uint8 blinding,bytes32 document,bytes32 endpointRoot,uint32 endpointCount,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _MILESTONE = keccak256(
        "RecordMilestone(bytes32 trial,bytes32 actor,uint16 part,uint8 milestone,uint32 date,uint32 act,bytes32 document,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _REPORT = keccak256(
        "ReportResult(bytes32 trial,bytes32 actor,bytes32 document,bytes32 endpoint,uint16 part,uint16 protocolVersion,uint32 index,uint32 endpointCount,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _CLAIM = keccak256(
        "ClaimRegistryId(bytes32 trial,bytes32 actor,bytes32 registryId,uint32 submitted,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _UNCLAIM = keccak256(
        "WithdrawRegistryId(bytes32 trial,bytes32 actor,bytes32 registryId,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _APPOINTMENT = keccak256(
        "Appoint(bytes32 trial,bytes32 actor,bytes32 appointee,bytes32 stream,uint32 acts,uint40 from,uint40 until,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _SHORTENING = keccak256(
        "ShortenAppointment(bytes32 trial,bytes32 actor,bytes32 appointee,bytes32 stream,uint32 index,uint40 until,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _OFFER = keccak256(
        "OfferTransfer(bytes32 trial,bytes32 actor,bytes32 to,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _OFFER_VETO = keccak256(
        "VetoOffer(bytes32 trial,bytes32 actor,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _ACCEPTANCE = keccak256(
        "AcceptTransfer(bytes32 trial,bytes32 actor,bytes32 from,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _NAMING = keccak256(
        "NameRole(bytes32 trial,bytes32 actor,bytes32 party,uint8 role,bool held,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _OPENING = keccak256(
        "OpenStream(bytes32 trial,bytes32 actor,bytes32 stream,address signer,uint256 nonce,uint64 deadline)"
    );

    /// @param parties the `Parties` contract of this chain
    constructor(IParties parties) TrialRecords(parties) Relayed("trialseal TrialRegistry") {}

    // ----- reading -----

    /// @inheritdoc ITrialRegistry
    function trialOf(TrialId trial) external view returns (TrialState memory state) {
        TrialHeader header = _trials[trial].header;
        state.sponsor = PARTIES.partyNumbered(header.sponsor());
        state.createdAt = header.createdAt();
        state.acts = header.acts();
        state.rollingDigest = _trials[trial].rollingDigest;
        for (uint8 kind = 1; kind <= Kind.LAST; ++kind) {
            state.versions[kind - 1] = header.version(kind);
        }
        state.tenure = header.tenure();
        state.offeredTo = PARTIES.partyNumbered(_offers[trial].to);
        state.offerEffective = _offers[trial].effective;
    }

    /// @inheritdoc ITrialRegistry
    function trialCount() external view returns (uint256) {
        return _trialsWord.count();
    }

    /// @inheritdoc ITrialRegistry
    function trialsWord() external view returns (RolledWord) {
        return _trialsWord;
    }

    /// @inheritdoc ITrialRegistry
    function wordOfNumber(bytes32 fold) external view returns (RolledWord) {
        return _numberWords[fold];
    }

    /// @inheritdoc ITrialRegistry
    function foldOf(bytes32 registryId) external pure returns (bytes32) {
        return RegistryNumber.fold(registryId);
    }

    /// @inheritdoc ITrialRegistry
    function documentTimes(
        TrialId trial,
        uint8 kind,
        bytes32[] calldata digests
    ) external view returns (uint40[] memory times) {
        times = new uint40[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            times[i] = _documents[trial][kind][digests[i]].time();
        }
    }

    /// @inheritdoc ITrialRegistry
    function documentOf(TrialId trial, uint8 kind, bytes32 digest) external view returns (DocumentRecord memory) {
        DocumentEntry entry = _documents[trial][kind][digest];
        return
            DocumentRecord(
                entry.time(),
                entry.author(),
                entry.version(),
                entry.act(),
                entry.endpointCount(),
                entry.blinding()
            );
    }

    /// @inheritdoc ITrialRegistry
    function endpointSetOf(TrialId trial, uint8 kind, uint16 version) external view returns (bytes32) {
        return _endpointSets[trial][kind][version];
    }

    /// @inheritdoc ITrialRegistry
    function sponsorOf(TrialId trial, uint256 time) external view returns (PartyId) {
        TrialHeader header = _trials[trial].header;
        if (header.createdAt() == 0 || time < header.createdAt()) return PartyId.wrap(0);
        Tenure[] storage ended = _tenures[trial];
        for (uint256 i = 0; i < ended.length; ++i) {
            if (time < ended[i].until) return PARTIES.partyNumbered(ended[i].sponsor);
        }
        return PARTIES.partyNumbered(header.sponsor());
    }

    /// @inheritdoc ITrialRegistry
    function tenuresOf(TrialId trial) external view returns (TenureRecord[] memory records) {
        Tenure[] storage ended = _tenures[trial];
        records = new TenureRecord[](ended.length);
        for (uint256 i = 0; i < ended.length; ++i) {
            records[i] = TenureRecord(PARTIES.partyNumbered(ended[i].sponsor), ended[i].until);
        }
    }

    /// @inheritdoc ITrialRegistry
    function appointmentsOf(
        TrialId trial,
        PartyId appointee,
        bytes32 stream
    ) external view returns (AppointmentRecord[] memory) {
        return _appointments[trial][appointee][stream];
    }

    /// @inheritdoc ITrialRegistry
    function requireWriter(
        TrialId trial,
        PartyId writer,
        uint32 number,
        bytes32 stream
    ) external view returns (uint40 openedAt) {
        openedAt = _streams[trial][writer][stream];
        if (openedAt == 0) revert StreamNotOpen(trial, writer, stream);
        TrialHeader header = _trials[trial].header;
        if (!_isPermitted(trial, header, writer, number, Act.OPEN_STREAM, stream)) {
            revert NotPermitted(trial, writer, Act.OPEN_STREAM);
        }
    }

    /// @inheritdoc ITrialRegistry
    function isPermitted(TrialId trial, PartyId actor, uint8 act, bytes32 stream) external view returns (bool) {
        TrialHeader header = _trials[trial].header;
        (uint32 number, , , , ) = PARTIES.partyOf(actor);
        return number != 0 && header.createdAt() != 0 && _isPermitted(trial, header, actor, number, act, stream);
    }

    /// @inheritdoc ITrialRegistry
    function streamOpenedAt(TrialId trial, PartyId writer, bytes32 stream) external view returns (uint40) {
        return _streams[trial][writer][stream];
    }

    // ----- typed data -----

    /// @inheritdoc Relayed
    function _typeOf(bytes4 selector) internal pure override returns (bytes32 typeHash, uint256 words) {
        if (selector == this.register.selector) return (_REGISTRATION, 5);
        if (selector == this.seal.selector) return (_SEALING, 8);
        if (selector == this.recordMilestone.selector) return (_MILESTONE, 7);
        if (selector == this.reportResult.selector) return (_REPORT, 8);
        if (selector == this.claimRegistryId.selector) return (_CLAIM, 4);
        if (selector == this.withdrawRegistryId.selector) return (_UNCLAIM, 3);
        if (selector == this.appoint.selector) return (_APPOINTMENT, 7);
        if (selector == this.shortenAppointment.selector) return (_SHORTENING, 6);
        if (selector == this.offerTransfer.selector) return (_OFFER, 3);
        if (selector == this.vetoOffer.selector) return (_OFFER_VETO, 2);
        if (selector == this.acceptTransfer.selector) return (_ACCEPTANCE, 3);
        if (selector == this.nameRole.selector) return (_NAMING, 5);
        if (selector == this.openStream.selector) return (_OPENING, 3);
    }
}
