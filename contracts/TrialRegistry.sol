// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {ITrialRegistry} from "./interfaces/ITrialRegistry.sol";
import {Act, Kind, PartyId, Purpose, TrialId} from "./interfaces/Types.sol";
import {CivilDate} from "./libraries/CivilDate.sol";
import {DocumentEntry, DocumentEntryLibrary} from "./libraries/DocumentEntry.sol";
import {RFC9162} from "./libraries/RFC9162.sol";
import {RegistryNumber} from "./libraries/RegistryNumber.sol";
import {RolledWord, Rolling} from "./libraries/Rolling.sol";
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

    /// @dev An offer of the sponsorship; all zero if there is none.
    struct Offer {
        uint32 to; // number of the party
        uint40 time; // when it was made
        uint40 effective; // first second at which it can be accepted
    }

    /// @notice The contract that says which keys speak for which party.
    IParties public immutable PARTIES;

    uint8 private constant _UNBLINDED = 2;
    uint8 private constant _CORRECTION = 20;

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

    mapping(TrialId trial => Trial record) private _trials;
    mapping(TrialId trial => mapping(uint256 kind => mapping(bytes32 digest => DocumentEntry entry)))
        private _documents;
    mapping(TrialId trial => mapping(uint256 kind => mapping(uint256 version => bytes32 endpointSet)))
        private _endpointSets;
    RolledWord private _trialsWord;
    mapping(bytes32 fold => RolledWord word) private _numberWords;
    mapping(TrialId trial => mapping(PartyId appointee => mapping(bytes32 stream => AppointmentRecord[] records)))
        private _appointments;
    mapping(TrialId trial => Offer offer) private _offers;
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
        bool overlaps = index != 0 && records[index - 1].tenure == header.tenure() && from < records[index - 1].until;
        if (from < block.timestamp || a.until <= from || overlaps) revert AppointmentPeriod(from, a.until);
        records.push(AppointmentRecord(from, a.until, a.acts, header.tenure()));
        _record(
            a.trial,
            a.actor,
            header,
            abi.encode(
                Appointed.selector,
                a.trial,
                PartyId.unwrap(a.appointee),
                a.actor,
                _stamp(header, key),
                a.stream,
                a.acts,
                from,
                a.until,
                index
            )
        );
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
        _record(
            s.trial,
            s.actor,
            header,
            abi.encode(
                AppointmentShortened.selector,
                s.trial,
                PartyId.unwrap(s.appointee),
                s.actor,
                _stamp(header, key),
                s.stream,
                s.index,
                until
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function offerTransfer(TransferOffer calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OFFER_TRANSFER, 0);
        Offer memory offer;
        if (PartyId.unwrap(o.to) != 0) {
            offer.to = _requireOtherParty(o.actor, o.to);
            offer.time = uint40(block.timestamp);
            offer.effective = offer.time + PARTIES.changeDelay(o.actor);
        }
        _offers[o.trial] = offer;
        _record(
            o.trial,
            o.actor,
            header,
            abi.encode(
                TransferOffered.selector,
                o.trial,
                PartyId.unwrap(o.to),
                o.actor,
                _stamp(header, key),
                offer.effective
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function vetoOffer(OfferVeto calldata v) external {
        address key = _key();
        TrialHeader header = _headerOf(v.trial);
        uint32 number = PARTIES.requireKey(v.actor, key, Purpose.MANAGE);
        if (number != header.sponsor()) revert NotPermitted(v.trial, v.actor, Act.VETO_OFFER);
        Offer memory offer = _offers[v.trial];
        if (offer.effective <= block.timestamp) revert NoOfferToVeto(v.trial);
        PARTIES.requireManagerBefore(v.actor, key, offer.time);
        delete _offers[v.trial];
        header = header.withAct();
        _record(
            v.trial,
            v.actor,
            header,
            abi.encode(TransferVetoed.selector, v.trial, PARTIES.partyNumbered(offer.to), v.actor, _stamp(header, key))
        );
    }

    /// @inheritdoc ITrialRegistry
    function acceptTransfer(TransferAcceptance calldata a) external {
        address key = _key();
        TrialHeader header = _headerOf(a.trial);
        uint32 predecessor = header.sponsor();
        uint32 successor = PARTIES.requireManager(a.actor, key);
        Offer memory offer = _offers[a.trial];
        if (offer.to != successor || PARTIES.partyNumbered(predecessor) != a.from) revert NotOffered(a.trial, a.actor);
        if (offer.effective > block.timestamp) revert OfferNotYetEffective(a.trial, offer.effective);
        delete _offers[a.trial];
        _tenures[a.trial].push(Tenure(predecessor, uint40(block.timestamp)));
        header = header.withSponsor(successor).withAct(); // the new tenure ends every appointment made before
        _record(
            a.trial,
            a.actor,
            header,
            abi.encode(TransferAccepted.selector, a.trial, PartyId.unwrap(a.from), a.actor, _stamp(header, key))
        );
    }

    /// @inheritdoc ITrialRegistry
    function nameRole(RoleNaming calldata n) external {
        address key = _key();
        (TrialHeader header, ) = _enter(n.trial, n.actor, key, Act.NAME_ROLE, 0);
        _requireParty(n.party);
        _record(
            n.trial,
            n.actor,
            header,
            abi.encode(
                RoleNamed.selector,
                n.trial,
                PartyId.unwrap(n.party),
                n.actor,
                _stamp(header, key),
                n.role,
                n.held
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function openStream(StreamOpening calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OPEN_STREAM, o.stream);
        if (o.stream == 0) revert DigestMissing();
        if (_streams[o.trial][o.actor][o.stream] != 0) revert StreamOpenedBefore(o.trial, o.actor, o.stream);
        _streams[o.trial][o.actor][o.stream] = uint40(block.timestamp);
        _record(
            o.trial,
            o.actor,
            header,
            abi.encode(StreamOpened.selector, o.trial, o.stream, o.actor, _stamp(header, key))
        );
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
        author =
            act == Act.OFFER_TRANSFER
                ? PARTIES.requireManager(actor, key)
                : PARTIES.requireKey(actor, key, Purpose.ACT);
        if (!_isPermitted(trial, header, actor, author, act, stream)) {
            revert NotPermitted(trial, actor, act);
        }
        header = header.withAct();
    }

    /// @dev Logs an act, rolls its log into the trial's digest, and stores header and digest.
    /// @param log the log's words: its four topics (event, trial, subject, actor), then its data, from the stamp on
    /// @return digest of the log
    function _record(
        TrialId trial,
        PartyId actor,
        TrialHeader header,
        bytes memory log
    ) private returns (bytes32 digest) {
        Trial storage record = _trials[trial];
        digest = Rolling.write(log);
        record.header = header;
        record.rollingDigest = Rolling.step(record.rollingDigest, actor, digest);
    }

    /// @dev With what the data of every act's log begins: the act's number, the block's time, the key.
    function _stamp(TrialHeader header, address key) private view returns (uint256) {
        return Rolling.stamp(header.acts(), key);
    }

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

    function _headerOf(TrialId trial) private view returns (TrialHeader header) {
        header = _trials[trial].header;
        if (header.createdAt() == 0) revert TrialUnknown(trial);
    }

    /// @dev Whether the party with this number may do the act now: as the sponsor, or as appointed for it.
    function _isPermitted(
        TrialId trial,
        TrialHeader header,
        PartyId actor,
        uint32 number,
        uint8 act,
        bytes32 stream
    ) private view returns (bool) {
        return number == header.sponsor() || _isAppointed(trial, header, actor, act, stream);
    }

    /// @dev Whether one of the party's appointments under the present sponsor permits the act now. The newest is the
    /// likeliest to; those of earlier sponsors lie before them.
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
            bool runs = record.from <= block.timestamp && block.timestamp < record.until;
            if (runs && record.acts & (1 << act) != 0) return true;
        }
        return false;
    }

    function _requireOtherParty(PartyId actor, PartyId other) private view returns (uint32 number) {
        if (actor == other) revert SameParty(other);
        return _requireParty(other);
    }

    function _requireParty(PartyId party) private view returns (uint32 number) {
        (number, , , , ) = PARTIES.partyOf(party);
        if (number == 0) revert PartyUnknown(party);
    }
}
