// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId, TrialId} from "./Types.sol";

/// @title TrialRegistry: what a trial promised, changed and reported, and when
/// @notice Only digests and ids are kept. Every act is counted, logged, and folded into the trial's rolling digest:
///   digest 0 = SHA-256(chain id ‖ this contract ‖ trial), 32 bytes each;
///   digest n = SHA-256(digest n-1 ‖ the log of act n: its four topics and its data).
/// So the logs of a trial are complete if, and only if, they lead to the digest in state. The topics of every act are
/// its event, the trial, the act's subject, and the acting party; its data begins with the act's stamp: its number,
/// from 1 (4 bytes), the block's time in Unix seconds (8 bytes), and the key (20 bytes).
/// Nothing is overwritten and nobody can erase or correct.
interface ITrialRegistry {
    /// @notice Asks for a trial. Its id is SHA-256(sponsor ‖ code).
    struct Registration {
        PartyId actor; // the founding sponsor
        bytes32 code; // the sponsor's own, e.g. its protocol number in ASCII, zero bytes behind
        bytes32 protocol; // SHA-256 of the protocol document, version 1
        bytes32 endpointRoot; // RFC 9162 root over the endpoints
        uint32 endpointCount; // at least 1
    }

    /// @notice Asks for a document to be sealed: a version of its kind. Amending a protocol is sealing its next version.
    struct Sealing {
        TrialId trial;
        PartyId actor;
        uint8 kind; // see `Kind`; results are sealed by reporting them
        uint16 version; // exactly one more than the last of this kind
        uint8 blinding; // was unblinded or interim data seen before? 0 not stated, 1 no (blinded), 2 yes (unblinded)
        bytes32 document; // SHA-256 of the document
        bytes32 endpointRoot; // RFC 9162 root over its endpoints; zero if it has none
        uint32 endpointCount;
    }

    /// @notice States that something happened in the trial. A correction is a new statement.
    struct Milestone {
        TrialId trial;
        PartyId actor;
        uint16 part; // 1-based in the protocol's list of parts; 0 for the whole trial
        uint8 milestone; // 1 first participant enrolled … see docs
        uint32 date; // yyyymmdd, 00 for a month or day not stated
        bytes32 document; // SHA-256 of a document about it; zero if there is none
    }

    /// @notice Reports a result for one endpoint.
    struct Report {
        TrialId trial;
        PartyId actor;
        bytes32 document; // SHA-256 of the results document; one document may report many endpoints
        bytes32 endpoint; // RFC 9162 leaf hash of the endpoint
        uint16 part; // as in `Milestone`
        uint16 protocolVersion; // in whose endpoint set it is proven to be; 0 for a post hoc endpoint
        uint32 index; // the endpoint's place in that set, from 0
        uint32 endpointCount; // the size of that set
    }

    /// @notice Asks for a registry's number to be bound to the trial.
    struct RegistryClaim {
        TrialId trial;
        PartyId actor;
        bytes32 registryId; // ASCII in its normal spelling, zero bytes behind
        uint32 submitted; // day of first submission to that registry, yyyymmdd; 0 if not stated
    }

    /// @notice Lets another party do named acts of one trial, or write one named stream of it.
    struct Appointment {
        TrialId trial;
        PartyId actor;
        PartyId appointee;
        bytes32 stream; // salted digest of the stream's name; zero for the other acts
        uint32 acts; // sum of `1 << act`
        uint40 from; // Unix seconds, not before the block's time; 0 for now
        uint40 until; // first second without it
    }

    /// @notice Makes an appointment end earlier.
    struct Shortening {
        TrialId trial;
        PartyId actor;
        PartyId appointee;
        bytes32 stream;
        uint32 index; // which of the appointee's appointments for this stream, from 0
        uint40 until; // Unix seconds, earlier than before, not before the block's time; 0 for now
    }

    /// @notice Offers the sponsorship to another party; a later offer replaces it, a zero party withdraws it.
    struct TransferOffer {
        TrialId trial;
        PartyId actor;
        PartyId to;
    }

    /// @notice Takes over the sponsorship that was offered.
    struct TransferAcceptance {
        TrialId trial;
        PartyId actor;
        PartyId from; // the sponsor whose offer is accepted
    }

    /// @notice States that a party has, or no longer has, a role in the trial (co-sponsor, collaborator, site …).
    struct RoleNaming {
        TrialId trial;
        PartyId actor;
        PartyId party;
        uint8 role; // the roles of an accreditation
        bool held; // false: no longer
    }

    /// @notice Opens a stream: the acting party will be its only writer.
    struct StreamOpening {
        TrialId trial;
        PartyId actor;
        bytes32 stream; // salted digest of the stream's name
    }

    /// @notice A sealed document. All zero if it is not sealed for this trial as this kind.
    struct DocumentRecord {
        uint40 time; // block time, Unix seconds
        uint32 author; // number of the party that sealed it
        uint16 version; // of its kind, from 1
        uint32 act; // number of the act that sealed it
        uint32 endpointCount;
        uint8 blinding; // as in `Sealing`
    }

    /// @notice An appointment as kept. Times are Unix seconds.
    struct AppointmentRecord {
        uint40 from;
        uint40 until;
        uint32 acts;
        uint8 tenure; // under which sponsorship of the trial it was made
    }

    /// @notice A sponsorship that ended.
    struct TenureRecord {
        PartyId sponsor;
        uint40 until; // first second of the next sponsor, Unix seconds
    }

    /// @notice A registry number bound to a trial, with the first day stated for its submission.
    struct ClaimRecord {
        uint40 time; // block time, Unix seconds
        uint32 submitted; // yyyymmdd, 0 if not stated
    }

    /// @notice A trial's state.
    struct TrialState {
        PartyId sponsor;
        uint40 createdAt; // Unix seconds; 0 if there is no such trial
        uint32 acts; // how many acts were recorded
        bytes32 rollingDigest; // over all of them
        uint16[9] versions; // how many documents of each kind, from kind 1 on
        uint8 tenure; // how often the sponsorship moved; an appointment holds under the tenure it was made in
        PartyId offeredTo; // to whom the sponsorship stands offered; zero if to nobody
    }

    /// @notice Emitted when a trial was registered.
    event TrialRegistered(
        TrialId indexed trial,
        bytes32 indexed protocol,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 code,
        bytes32 endpointRoot,
        uint32 endpointCount
    );
    /// @notice Emitted when a document was sealed.
    event DocumentSealed(
        TrialId indexed trial,
        bytes32 indexed document,
        PartyId indexed actor,
        uint256 stamp,
        uint8 kind,
        uint16 version,
        uint8 blinding,
        bytes32 endpointRoot,
        uint32 endpointCount
    );
    /// @notice Emitted when a milestone was stated.
    event MilestoneRecorded(
        TrialId indexed trial,
        bytes32 indexed document,
        PartyId indexed actor,
        uint256 stamp,
        uint16 part,
        uint8 milestone,
        uint32 date
    );
    /// @notice Emitted when a result was reported; `protocolVersion` is 0 if the endpoint is post hoc.
    event ResultReported(
        TrialId indexed trial,
        bytes32 indexed document,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 endpoint,
        uint16 part,
        uint16 protocolVersion,
        uint32 index
    );
    /// @notice Emitted when a registry's number was bound to the trial.
    event RegistryIdClaimed(
        TrialId indexed trial,
        bytes32 indexed registryId,
        PartyId indexed actor,
        uint256 stamp,
        uint32 submitted
    );
    /// @notice Emitted when a party was appointed.
    event Appointed(
        TrialId indexed trial,
        PartyId indexed appointee,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 stream,
        uint32 acts,
        uint40 from,
        uint40 until,
        uint32 index
    );
    /// @notice Emitted when an appointment was made to end earlier.
    event AppointmentShortened(
        TrialId indexed trial,
        PartyId indexed appointee,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 stream,
        uint32 index,
        uint40 until
    );
    /// @notice Emitted when the sponsorship was offered, or the offer withdrawn (`to` zero).
    event TransferOffered(TrialId indexed trial, PartyId indexed to, PartyId indexed actor, uint256 stamp);
    /// @notice Emitted when the sponsorship went over to `actor`, which ended every appointment.
    event TransferAccepted(TrialId indexed trial, PartyId indexed from, PartyId indexed actor, uint256 stamp);
    /// @notice Emitted when a party's role was stated.
    event RoleNamed(
        TrialId indexed trial,
        PartyId indexed party,
        PartyId indexed actor,
        uint256 stamp,
        uint8 role,
        bool held
    );
    /// @notice Emitted when a stream was opened, with `actor` as its writer.
    event StreamOpened(TrialId indexed trial, bytes32 indexed stream, PartyId indexed actor, uint256 stamp);

    /// @notice Thrown when there is no such trial.
    error TrialUnknown(TrialId trial);
    /// @notice Thrown when this sponsor registered this code before.
    error TrialExists(TrialId trial);
    /// @notice Thrown when the party is neither the sponsor nor appointed for this act now.
    error NotPermitted(TrialId trial, PartyId actor, uint8 act);
    /// @notice Thrown when a digest that must say something is zero.
    error DigestMissing();
    /// @notice Thrown when the document is sealed already for this trial as this kind.
    error DocumentSealedBefore(TrialId trial, uint8 kind, bytes32 document);
    /// @notice Thrown when a document's kind is not known, or is sealed by another act.
    error KindNotSealable(uint8 kind);
    /// @notice Thrown when a version does not follow the last.
    error VersionOutOfOrder(uint8 kind, uint16 expected, uint16 given);
    /// @notice Thrown when a protocol has no endpoints, a count has no root, or a kind cannot have endpoints.
    error EndpointSetMismatch(uint8 kind, bytes32 endpointRoot, uint32 endpointCount);
    /// @notice Thrown when a blinding state is not among the three.
    error BlindingUnknown(uint8 blinding);
    /// @notice Thrown when a milestone is 0. What other codes mean is agreed off chain.
    error MilestoneUnknown(uint8 milestone);
    /// @notice Thrown when a proof does not lead to the endpoint set of that version, or there is no such version.
    error EndpointNotInSet(bytes32 endpoint, uint16 protocolVersion, bytes32 reached, bytes32 endpointSet);
    /// @notice Thrown when a post hoc result carries a proof.
    error ProofWithoutProtocol();
    /// @notice Thrown when this trial claimed this number before, with the same day of submission.
    error RegistryIdClaimedBefore(TrialId trial, bytes32 registryId);
    /// @notice Thrown when acts cannot be delegated, or are not those of a stream when one is named.
    error ActsNotDelegable(uint32 acts);
    /// @notice Thrown when an appointment is empty, starts in the past, or overlaps the appointee's last one.
    error AppointmentPeriod(uint40 from, uint40 until);
    /// @notice Thrown when there is no such appointment under the present sponsor.
    error AppointmentUnknown(PartyId appointee, bytes32 stream, uint32 index);
    /// @notice Thrown when an appointment would not end earlier, or would end in the past.
    error AppointmentOnlyShortens(uint40 until, uint40 present);
    /// @notice Thrown when a party appoints itself, or offers the trial to itself.
    error SameParty(PartyId party);
    /// @notice Thrown when a party named in an act does not exist.
    error PartyUnknown(PartyId party);
    /// @notice Thrown when the sponsorship is not offered to this party.
    error NotOffered(TrialId trial, PartyId party);
    /// @notice Thrown when this writer has not opened this stream.
    error StreamNotOpen(TrialId trial, PartyId writer, bytes32 stream);
    /// @notice Thrown when this writer opened this stream before.
    error StreamOpenedBefore(TrialId trial, PartyId writer, bytes32 stream);

    /// @notice Registers a trial with version 1 of its protocol. Needs a key of the sponsor for acting.
    /// @return trial the trial's id
    function register(Registration calldata registration) external returns (TrialId trial);
    /// @notice Seals a document as the next version of its kind; amends the protocol if it is one.
    function seal(Sealing calldata sealing) external;
    /// @notice Records a milestone. Its date may be of any past; only a date that has not begun anywhere reverts.
    function recordMilestone(Milestone calldata milestone) external;
    /// @notice Reports a result: of an endpoint proven to be in a protocol version's set, or marked post hoc.
    /// @param proof RFC 9162 inclusion proof of the endpoint; empty if it is post hoc. No part of what a key signs.
    function reportResult(Report calldata report, bytes32[] calldata proof) external;
    /// @notice Binds a registry's number to the trial. Others may claim it too: every claimant is listed. Claiming it
    /// again with another day of submission corrects that day: both stay on record.
    function claimRegistryId(RegistryClaim calldata claim) external;
    /// @notice Appoints a party. An appointee cannot appoint.
    function appoint(Appointment calldata appointment) external;
    /// @notice Makes an appointment end earlier.
    function shortenAppointment(Shortening calldata shortening) external;
    /// @notice Offers the sponsorship. Needs a managing key of the sponsor.
    function offerTransfer(TransferOffer calldata offer) external;
    /// @notice Accepts the sponsorship. Needs a managing key of the party it is offered to. Ends all appointments.
    function acceptTransfer(TransferAcceptance calldata acceptance) external;
    /// @notice States a party's role in the trial.
    function nameRole(RoleNaming calldata naming) external;
    /// @notice Opens a stream, as the sponsor or as a party appointed for it.
    function openStream(StreamOpening calldata opening) external;
    /// @notice How many trials were registered: whoever has found as many has found all.
    function trialCount() external view returns (uint256);
    /// @notice The state of a trial.
    function trialOf(TrialId trial) external view returns (TrialState memory);
    /// @notice Block times (Unix seconds) at which these digests were sealed for the trial as this kind; 0 if not.
    function documentTimes(
        TrialId trial,
        uint8 kind,
        bytes32[] calldata digests
    ) external view returns (uint40[] memory);
    /// @notice The record of a sealed document.
    function documentOf(TrialId trial, uint8 kind, bytes32 digest) external view returns (DocumentRecord memory);
    /// @notice What a version is bound to: SHA-256(endpoint root, 32 bytes ‖ endpoint count, 4 bytes); zero if it has no
    /// endpoints or does not exist.
    function endpointSetOf(TrialId trial, uint8 kind, uint16 version) external view returns (bytes32);
    /// @notice Trials that claim a registry number, in the order of their claims: `limit` of them from `start` on.
    /// @return trials their ids
    /// @return total how many there are
    function claimantsOf(
        bytes32 registryId,
        uint256 start,
        uint256 limit
    ) external view returns (TrialId[] memory trials, uint256 total);
    /// @notice When a trial claimed a number; all zero if it did not.
    function claimOf(bytes32 registryId, TrialId trial) external view returns (ClaimRecord memory);
    /// @notice The trial's sponsor at a time (Unix seconds); zero before its registration.
    function sponsorOf(TrialId trial, uint256 time) external view returns (PartyId);
    /// @notice The sponsorships that ended, oldest first.
    function tenuresOf(TrialId trial) external view returns (TenureRecord[] memory);
    /// @notice Every appointment of a party for a stream (zero: for the other acts), also ended ones.
    function appointmentsOf(
        TrialId trial,
        PartyId appointee,
        bytes32 stream
    ) external view returns (AppointmentRecord[] memory);
    /// @notice Reverts unless the writer opened the stream and is still the sponsor or appointed for it.
    /// @return openedAt when it was opened, Unix seconds
    function requireWriter(TrialId trial, PartyId writer, bytes32 stream) external view returns (uint40 openedAt);
    /// @notice Whether a party may do an act at this block's time: the sponsor, or appointed for it.
    function isPermitted(TrialId trial, PartyId actor, uint8 act, bytes32 stream) external view returns (bool);
    /// @notice When a writer opened a stream (Unix seconds); 0 if it did not.
    function streamOpenedAt(TrialId trial, PartyId writer, bytes32 stream) external view returns (uint40);
}
