// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "../Relayed.sol";
import {IParties} from "../interfaces/IParties.sol";
import {ITrialRegistry} from "../interfaces/ITrialRegistry.sol";
import {Act, PartyId, Purpose, TrialId} from "../interfaces/Types.sol";
import {DocumentEntry} from "../libraries/DocumentEntry.sol";
import {RolledWord, Rolling} from "../libraries/Rolling.sol";
import {TrialHeader} from "../libraries/TrialHeader.sol";

/// @title TrialRecords: what is kept of trials, and what all acts of a trial share
abstract contract TrialRecords is ITrialRegistry, Relayed {
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

    mapping(TrialId trial => Trial record) internal _trials;
    mapping(TrialId trial => mapping(uint256 kind => mapping(bytes32 digest => DocumentEntry entry)))
        internal _documents;
    mapping(TrialId trial => mapping(uint256 kind => mapping(uint256 version => bytes32 endpointSet)))
        internal _endpointSets;
    RolledWord internal _trialsWord;
    mapping(bytes32 fold => RolledWord word) internal _numberWords;
    mapping(TrialId trial => mapping(PartyId appointee => mapping(bytes32 stream => AppointmentRecord[] records)))
        internal _appointments;
    mapping(TrialId trial => Offer offer) internal _offers;
    mapping(TrialId trial => Tenure[] tenures) internal _tenures;
    mapping(TrialId trial => mapping(PartyId writer => mapping(bytes32 stream => uint40 time))) internal _streams;

    /// @param parties the `Parties` contract of this chain
    constructor(IParties parties) {
        PARTIES = parties;
    }

    /// @dev Lets an act in: the trial exists, the key is the party's at block time, and the party is the sponsor or
    /// appointed. Returns the header with the act counted; `_record` stores it.
    function _enter(
        TrialId trial,
        PartyId actor,
        address key,
        uint8 act,
        bytes32 stream
    ) internal view returns (TrialHeader header, uint32 author) {
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
    ) internal returns (bytes32 digest) {
        Trial storage record = _trials[trial];
        digest = Rolling.write(log);
        record.header = header;
        record.rollingDigest = Rolling.step(record.rollingDigest, actor, digest);
    }

    /// @dev With what the data of every act's log begins: the act's number, the block's time, the key.
    function _stamp(TrialHeader header, address key) internal view returns (uint256) {
        return Rolling.stamp(header.acts(), key);
    }

    function _headerOf(TrialId trial) internal view returns (TrialHeader header) {
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
    ) internal view returns (bool) {
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
    ) internal view returns (bool) {
        AppointmentRecord[] storage records = _appointments[trial][actor][stream];
        for (uint256 i = records.length; i > 0; --i) {
            AppointmentRecord memory record = records[i - 1];
            if (record.tenure != header.tenure()) return false;
            bool runs = record.from <= block.timestamp && block.timestamp < record.until;
            if (runs && record.acts & (1 << act) != 0) return true;
        }
        return false;
    }

    function _requireOtherParty(PartyId actor, PartyId other) internal view returns (uint32 number) {
        if (actor == other) revert SameParty(other);
        return _requireParty(other);
    }

    function _requireParty(PartyId party) internal view returns (uint32 number) {
        (number, , , , ) = PARTIES.partyOf(party);
        if (number == 0) revert PartyUnknown(party);
    }
}
