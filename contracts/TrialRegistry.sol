// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {ITrialRegistry} from "./interfaces/ITrialRegistry.sol";
import {Act, Kind, PartyId, Purpose, TrialId} from "./interfaces/Types.sol";
import {CivilDate} from "./libraries/CivilDate.sol";
import {RFC9162} from "./libraries/RFC9162.sol";
import {RegistryNumber} from "./libraries/RegistryNumber.sol";
import {TrialHeader, TrialHeaderLibrary} from "./libraries/TrialHeader.sol";

/// @title TrialRegistry
/// @notice See `ITrialRegistry`.
contract TrialRegistry is ITrialRegistry, Relayed {
    struct Trial {
        TrialHeader header;
        bytes32 rollingDigest;
    }

    /// @dev A sponsorship that ended.
    struct Tenure {
        uint32 sponsor; // number of the party
        uint40 until; // first second of the next sponsor
    }

    /// @notice The contract that says which keys speak for which party.
    IParties public immutable PARTIES;

    /// @dev Known milestones are 1 to this.
    uint8 private constant _LAST_MILESTONE = 19;
    uint8 private constant _UNBLINDED = 2;

    bytes32 private constant _REGISTRATION =
        keccak256(
            "RegisterTrial(bytes32 actor,bytes32 code,bytes32 protocol,bytes32 endpointRoot,uint32 endpointCount,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _SEALING =
        keccak256(
            "SealDocument(bytes32 trial,bytes32 actor,uint8 kind,uint16 version,uint8 blinding,bytes32 document,bytes32 endpointRoot,uint32 endpointCount,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _MILESTONE =
        keccak256(
            "RecordMilestone(bytes32 trial,bytes32 actor,uint16 part,uint8 milestone,uint32 date,bytes32 document,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _REPORT =
        keccak256(
            "ReportResult(bytes32 trial,bytes32 actor,bytes32 document,bytes32 endpoint,uint16 part,uint16 protocolVersion,uint32 index,uint32 endpointCount,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _CLAIM =
        keccak256(
            "ClaimRegistryId(bytes32 trial,bytes32 actor,bytes32 registryId,uint32 submitted,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _APPOINTMENT =
        keccak256(
            "Appoint(bytes32 trial,bytes32 actor,bytes32 appointee,bytes32 stream,uint32 acts,uint40 from,uint40 until,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _SHORTENING =
        keccak256(
            "ShortenAppointment(bytes32 trial,bytes32 actor,bytes32 appointee,bytes32 stream,uint32 index,uint40 until,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _OFFER =
        keccak256("OfferTransfer(bytes32 trial,bytes32 actor,bytes32 to,uint256 nonce,uint64 deadline)");
    bytes32 private constant _ACCEPTANCE =
        keccak256("AcceptTransfer(bytes32 trial,bytes32 actor,uint256 nonce,uint64 deadline)");
    bytes32 private constant _NAMING =
        keccak256(
            "NameRole(bytes32 trial,bytes32 actor,bytes32 party,uint8 role,bool held,uint256 nonce,uint64 deadline)"
        );
    bytes32 private constant _OPENING =
        keccak256("OpenStream(bytes32 trial,bytes32 actor,bytes32 stream,uint256 nonce,uint64 deadline)");

    mapping(TrialId trial => Trial record) private _trials;
    /// @dev Keyed by keccak256(trial, kind, digest), and by keccak256(trial, kind, version): see `_at`.
    mapping(bytes32 place => DocumentRecord record) private _documents;
    mapping(bytes32 place => bytes32 endpointSet) private _endpointSets;
    mapping(bytes32 registryId => TrialId[] trials) private _claimants;
    mapping(bytes32 registryId => mapping(TrialId trial => ClaimRecord record)) private _claims;
    mapping(TrialId trial => mapping(PartyId appointee => mapping(bytes32 stream => AppointmentRecord[] records)))
        private _appointments;
    mapping(TrialId trial => PartyId party) private _offers;
    mapping(TrialId trial => Tenure[] tenures) private _tenures;
    mapping(TrialId trial => mapping(PartyId writer => mapping(bytes32 stream => uint40 time))) private _streams;

    /// @param parties the `Parties` contract of this chain
    constructor(IParties parties) Relayed("trialseal TrialRegistry") {
        PARTIES = parties;
    }

    // ----- acts -----

    /// @inheritdoc ITrialRegistry
    function register(Registration calldata r) external returns (TrialId trial) {
        address key = _key();
        trial = TrialId.wrap(sha256(abi.encode(r.actor, r.code)));
        TrialHeader header = _trials[trial].header;
        if (header.createdAt() != 0) revert TrialExists(trial);
        uint32 author = PARTIES.requireKey(r.actor, key, Purpose.ACT);
        header = TrialHeaderLibrary.create(author, block.timestamp);
        header = _enterDocument(trial, header, Kind.PROTOCOL, r.protocol, author, 0, r.endpointRoot, r.endpointCount);
        _record(trial, header, TrialRegistered.selector, r.protocol, r.actor, key, abi.encode(r.code, r.endpointRoot, r.endpointCount));
    }

    /// @inheritdoc ITrialRegistry
    function seal(Sealing calldata s) external {
        address key = _key();
        (TrialHeader header, uint32 author) = _enter(s.trial, s.actor, key, Act.SEAL, 0);
        if (s.kind == 0 || s.kind > Kind.LAST || s.kind == Kind.RESULTS) revert KindNotSealable(s.kind);
        if (s.blinding > _UNBLINDED) revert BlindingUnknown(s.blinding);
        uint16 next = header.version(s.kind) + 1;
        if (s.version != next) revert VersionOutOfOrder(s.kind, next, s.version);
        header = _enterDocument(s.trial, header, s.kind, s.document, author, s.blinding, s.endpointRoot, s.endpointCount);
        _record(s.trial, header, DocumentSealed.selector, s.document, s.actor, key, abi.encode(s.kind, s.version, s.blinding, s.endpointRoot, s.endpointCount));
    }

    /// @inheritdoc ITrialRegistry
    function recordMilestone(Milestone calldata m) external {
        address key = _key();
        (TrialHeader header, ) = _enter(m.trial, m.actor, key, Act.MILESTONE, 0);
        if (m.milestone == 0 || m.milestone > _LAST_MILESTONE) revert MilestoneUnknown(m.milestone);
        CivilDate.requirePast(m.date, block.timestamp);
        _record(m.trial, header, MilestoneRecorded.selector, m.document, m.actor, key, abi.encode(m.part, m.milestone, m.date));
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
            bytes32 promised = _endpointSets[_at(r.trial, Kind.PROTOCOL, bytes32(uint256(r.protocolVersion)))];
            if (reached != promised) revert EndpointNotInSet(r.endpoint, r.protocolVersion, reached, promised);
        }
        // One document may report many endpoints: its first report seals it.
        if (_documents[_at(r.trial, Kind.RESULTS, r.document)].time == 0) {
            header = _enterDocument(r.trial, header, Kind.RESULTS, r.document, author, 0, 0, 0);
        }
        _record(r.trial, header, ResultReported.selector, r.document, r.actor, key, abi.encode(r.endpoint, r.part, r.protocolVersion, r.index));
    }

    /// @inheritdoc ITrialRegistry
    function claimRegistryId(RegistryClaim calldata c) external {
        address key = _key();
        (TrialHeader header, ) = _enter(c.trial, c.actor, key, Act.CLAIM_REGISTRY_ID, 0);
        RegistryNumber.requireNormal(c.registryId);
        if (c.submitted != 0) CivilDate.requirePast(c.submitted, block.timestamp);
        ClaimRecord storage claim = _claims[c.registryId][c.trial];
        if (claim.time != 0) revert RegistryIdClaimedBefore(c.trial, c.registryId);
        claim.time = uint40(block.timestamp);
        claim.submitted = c.submitted;
        _claimants[c.registryId].push(c.trial);
        _record(c.trial, header, RegistryIdClaimed.selector, c.registryId, c.actor, key, abi.encode(c.submitted));
    }

    /// @inheritdoc ITrialRegistry
    function appoint(Appointment calldata a) external {
        address key = _key();
        (TrialHeader header, ) = _enter(a.trial, a.actor, key, Act.APPOINT, 0);
        _requireOtherParty(a.actor, a.appointee);
        uint32 streamActs = uint32(1 << Act.OPEN_STREAM);
        uint32 allowed = a.stream == 0 ? Act.DELEGABLE & ~streamActs : streamActs;
        if (a.acts == 0 || a.acts & ~allowed != 0) revert ActsNotDelegable(a.acts);
        uint40 from = a.from == 0 ? uint40(block.timestamp) : a.from;
        AppointmentRecord[] storage records = _appointments[a.trial][a.appointee][a.stream];
        uint256 index = records.length;
        bool overlaps = index != 0 &&
            records[index - 1].tenure == header.tenure() &&
            from < records[index - 1].until;
        if (from < block.timestamp || a.until <= from || overlaps) revert AppointmentPeriod(from, a.until);
        records.push(AppointmentRecord(from, a.until, a.acts, header.tenure()));
        _record(a.trial, header, Appointed.selector, PartyId.unwrap(a.appointee), a.actor, key, abi.encode(a.stream, a.acts, from, a.until, index));
    }

    /// @inheritdoc ITrialRegistry
    function shortenAppointment(Shortening calldata s) external {
        address key = _key();
        (TrialHeader header, ) = _enter(s.trial, s.actor, key, Act.SHORTEN_APPOINTMENT, 0);
        AppointmentRecord[] storage records = _appointments[s.trial][s.appointee][s.stream];
        if (s.index >= records.length || records[s.index].tenure != header.tenure()) {
            revert AppointmentUnknown(s.appointee, s.stream, s.index);
        }
        uint40 until = s.until == 0 ? uint40(block.timestamp) : s.until;
        uint40 present = records[s.index].until;
        if (until >= present || until < block.timestamp) revert AppointmentOnlyShortens(until, present);
        records[s.index].until = until;
        _record(s.trial, header, AppointmentShortened.selector, PartyId.unwrap(s.appointee), s.actor, key, abi.encode(s.stream, s.index, until));
    }

    /// @inheritdoc ITrialRegistry
    function offerTransfer(TransferOffer calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OFFER_TRANSFER, 0);
        if (PartyId.unwrap(o.to) != 0) _requireOtherParty(o.actor, o.to);
        _offers[o.trial] = o.to;
        _record(o.trial, header, TransferOffered.selector, PartyId.unwrap(o.to), o.actor, key, "");
    }

    /// @inheritdoc ITrialRegistry
    function acceptTransfer(TransferAcceptance calldata a) external {
        address key = _key();
        TrialHeader header = _headerOf(a.trial);
        if (PartyId.unwrap(a.actor) == 0 || _offers[a.trial] != a.actor) revert NotOffered(a.trial, a.actor);
        uint32 successor = PARTIES.requireKey(a.actor, key, Purpose.MANAGE);
        uint32 predecessor = header.sponsor();
        _offers[a.trial] = PartyId.wrap(0);
        _tenures[a.trial].push(Tenure(predecessor, uint40(block.timestamp)));
        header = header.withSponsor(successor).withAct(); // the new tenure ends every appointment made before
        _record(a.trial, header, TransferAccepted.selector, PartyId.unwrap(PARTIES.partyNumbered(predecessor)), a.actor, key, "");
    }

    /// @inheritdoc ITrialRegistry
    function nameRole(RoleNaming calldata n) external {
        address key = _key();
        (TrialHeader header, ) = _enter(n.trial, n.actor, key, Act.NAME_ROLE, 0);
        _requireParty(n.party);
        _record(n.trial, header, RoleNamed.selector, PartyId.unwrap(n.party), n.actor, key, abi.encode(n.role, n.held));
    }

    /// @inheritdoc ITrialRegistry
    function openStream(StreamOpening calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OPEN_STREAM, o.stream);
        if (o.stream == 0) revert DigestMissing();
        if (_streams[o.trial][o.actor][o.stream] != 0) revert StreamOpenedBefore(o.trial, o.actor, o.stream);
        _streams[o.trial][o.actor][o.stream] = uint40(block.timestamp);
        _record(o.trial, header, StreamOpened.selector, o.stream, o.actor, key, "");
    }

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
        state.offeredTo = _offers[trial];
    }

    /// @inheritdoc ITrialRegistry
    function documentTimes(
        TrialId trial,
        uint8 kind,
        bytes32[] calldata digests
    ) external view returns (uint40[] memory times) {
        times = new uint40[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            times[i] = _documents[_at(trial, kind, digests[i])].time;
        }
    }

    /// @inheritdoc ITrialRegistry
    function documentOf(TrialId trial, uint8 kind, bytes32 digest) external view returns (DocumentRecord memory) {
        return _documents[_at(trial, kind, digest)];
    }

    /// @inheritdoc ITrialRegistry
    function endpointSetOf(TrialId trial, uint8 kind, uint16 version) external view returns (bytes32) {
        return _endpointSets[_at(trial, kind, bytes32(uint256(version)))];
    }

    /// @inheritdoc ITrialRegistry
    function claimantsOf(
        bytes32 registryId,
        uint256 start,
        uint256 limit
    ) external view returns (TrialId[] memory trials, uint256 total) {
        TrialId[] storage all = _claimants[registryId];
        total = all.length;
        if (start >= total) return (trials, total);
        uint256 count = limit < total - start ? limit : total - start;
        trials = new TrialId[](count);
        for (uint256 i = 0; i < count; ++i) {
            trials[i] = all[start + i];
        }
    }

    /// @inheritdoc ITrialRegistry
    function claimOf(bytes32 registryId, TrialId trial) external view returns (ClaimRecord memory) {
        return _claims[registryId][trial];
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
    function appointmentsOf(
        TrialId trial,
        PartyId appointee,
        bytes32 stream
    ) external view returns (AppointmentRecord[] memory) {
        return _appointments[trial][appointee][stream];
    }

    /// @inheritdoc ITrialRegistry
    function isPermitted(TrialId trial, PartyId actor, uint8 act, bytes32 stream) external view returns (bool) {
        TrialHeader header = _trials[trial].header;
        if (header.createdAt() == 0) return false;
        (uint32 number, , ) = PARTIES.partyOf(actor);
        return (number != 0 && number == header.sponsor()) || _isAppointed(trial, header, actor, act, stream);
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
        if (selector == this.recordMilestone.selector) return (_MILESTONE, 6);
        if (selector == this.reportResult.selector) return (_REPORT, 8);
        if (selector == this.claimRegistryId.selector) return (_CLAIM, 4);
        if (selector == this.appoint.selector) return (_APPOINTMENT, 7);
        if (selector == this.shortenAppointment.selector) return (_SHORTENING, 6);
        if (selector == this.offerTransfer.selector) return (_OFFER, 3);
        if (selector == this.acceptTransfer.selector) return (_ACCEPTANCE, 2);
        if (selector == this.nameRole.selector) return (_NAMING, 5);
        if (selector == this.openStream.selector) return (_OPENING, 3);
    }

    // ----- what the acts share -----

    /// @dev Lets an act in: the trial exists, the key is the party's at block time, and the party is the sponsor or
    /// appointed. Returns the header with the act counted; `_record` stores it.
    function _enter(
        TrialId trial,
        PartyId actor,
        address key,
        uint8 act,
        bytes32 stream
    ) private view returns (TrialHeader header, uint32 author) {
        header = _headerOf(trial);
        // Whoever may give a trial away must be trusted with the party itself.
        author = PARTIES.requireKey(actor, key, act == Act.OFFER_TRANSFER ? Purpose.MANAGE : Purpose.ACT);
        if (author != header.sponsor() && !_isAppointed(trial, header, actor, act, stream)) {
            revert NotPermitted(trial, actor, act);
        }
        header = header.withAct();
    }

    /// @dev Logs an act, folds its log into the rolling digest, and stores both counts: the same words for all three.
    /// @param signature the event, first of the log's topics; trial, subject and actor follow
    /// @param details what the log's data holds after the act's stamp
    function _record(
        TrialId trial,
        TrialHeader header,
        bytes32 signature,
        bytes32 subject,
        PartyId actor,
        address key,
        bytes memory details
    ) private {
        bytes32 rolled = header.acts() == 1
            ? sha256(abi.encode(block.chainid, address(this), trial))
            : _trials[trial].rollingDigest;
        uint256 stamp = (uint256(header.acts()) << 224) | (block.timestamp << 160) | uint160(key);
        bytes memory act = bytes.concat(
            abi.encode(rolled, signature, trial, subject, actor, stamp),
            details
        );
        assembly ("memory-safe") {
            let words := add(act, 0x20)
            // The precompile fails only for want of gas, of which the caller keeps too little to go on.
            if iszero(staticcall(gas(), 2, words, mload(act), 0x00, 0x20)) {
                revert(0, 0)
            }
            rolled := mload(0x00)
            log4(add(words, 0xa0), sub(mload(act), 0xa0), signature, trial, subject, actor)
        }
        _trials[trial].header = header;
        _trials[trial].rollingDigest = rolled;
    }

    /// @dev Seals a document as the next version of its kind, in state and in `header`.
    function _enterDocument(
        TrialId trial,
        TrialHeader header,
        uint8 kind,
        bytes32 digest,
        uint32 author,
        uint8 blinding,
        bytes32 endpointRoot,
        uint32 endpointCount
    ) private returns (TrialHeader counted) {
        if (digest == 0) revert DigestMissing();
        bool mayHaveEndpoints = kind <= Kind.REGISTRY_RECORD;
        if (
            (endpointRoot == 0) != (endpointCount == 0) ||
            (endpointCount == 0 && kind == Kind.PROTOCOL) ||
            (endpointCount != 0 && !mayHaveEndpoints)
        ) revert EndpointSetMismatch(kind, endpointRoot, endpointCount);
        DocumentRecord storage record = _documents[_at(trial, kind, digest)];
        if (record.time != 0) revert DocumentSealedBefore(trial, kind, digest);
        counted = header.withVersion(kind);
        record.time = uint40(block.timestamp);
        record.author = author;
        record.version = counted.version(kind);
        record.act = header.acts();
        record.endpointCount = endpointCount;
        record.blinding = blinding;
        if (endpointCount != 0) {
            bytes32 place = _at(trial, kind, bytes32(uint256(record.version)));
            _endpointSets[place] = _endpointSet(endpointRoot, endpointCount);
        }
    }

    /// @dev Binds a root to the size of its tree, so that a proof needs no more than this one word from storage.
    function _endpointSet(bytes32 root, uint32 count) private pure returns (bytes32) {
        return sha256(abi.encodePacked(root, count));
    }

    /// @dev The place of something in a mapping, by one hash instead of three nested ones.
    function _at(TrialId trial, uint8 kind, bytes32 which) private pure returns (bytes32) {
        return keccak256(abi.encode(trial, kind, which));
    }

    function _headerOf(TrialId trial) private view returns (TrialHeader header) {
        header = _trials[trial].header;
        if (header.createdAt() == 0) revert TrialUnknown(trial);
    }

    /// @dev Appointments of one party for one stream follow each other, so the last that has begun decides.
    function _isAppointed(
        TrialId trial,
        TrialHeader header,
        PartyId actor,
        uint8 act,
        bytes32 stream
    ) private view returns (bool) {
        AppointmentRecord[] storage records = _appointments[trial][actor][stream];
        for (uint256 i = records.length; i > 0; --i) {
            AppointmentRecord memory record = records[i - 1];
            if (record.tenure != header.tenure()) return false;
            if (record.from <= block.timestamp) {
                return block.timestamp < record.until && record.acts & (1 << act) != 0;
            }
        }
        return false;
    }

    function _requireOtherParty(PartyId actor, PartyId other) private view {
        if (actor == other) revert SameParty(other);
        _requireParty(other);
    }

    function _requireParty(PartyId party) private view {
        (uint32 number, , ) = PARTIES.partyOf(party);
        if (number == 0) revert PartyUnknown(party);
    }
}
