// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RolledWord} from "../libraries/Rolling.sol";
import {PartyId, TrialId} from "./Types.sol";

/// @title ITrialRegistry: what a trial promised, changed and reported, and when
/// @notice Only digests and ids are kept. Every act is counted, logged, and rolled into the trial's digest, by the step of
/// `Rolling` with the acting party as author, so that the logs of a trial are complete if, and only if, they lead from
/// zero to the digest in state. The registrations of all trials are rolled into one word, and what was claimed of each
/// registry number into that number's. The topics of every act are its event, the trial, the act's subject, and the acting
/// party; its data begins with the act's stamp: its number, from 1 (4 bytes), the block's time in Unix seconds (8 bytes),
/// and the key (20 bytes).
/// Nothing is overwritten and nobody can erase: an error is marked by a later act.
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

    /// @notice States that something happened in the trial. An error is marked by a new statement: one that stands in the
    /// place of another names it, and a correction (20) says that an act was made in error.
    struct Milestone {
        TrialId trial;
        PartyId actor;
        uint16 part; // 1-based in the protocol's list of parts; 0 for the whole trial
        uint8 milestone; // 1 first participant enrolled … see docs
        uint32 date; // yyyymmdd, 00 for a month or day not stated
        uint32 act; // number of the earlier act of this trial in whose place this stands; 0 for none
        bytes32 document; // SHA-256 of a document about it, which for a correction says what holds; zero if there is none
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
        bytes32 registryId; // the number as stated: printable ASCII, zero bytes behind
        uint32 submitted; // day of first submission to that registry, yyyymmdd; 0 if not stated
    }

    /// @notice Takes back this trial's earlier claims of a registry's number.
    struct RegistryWithdrawal {
        TrialId trial;
        PartyId actor;
        bytes32 registryId; // as in `RegistryClaim`
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

    /// @notice Stops an offer of the sponsorship that has not taken effect.
    struct OfferVeto {
        TrialId trial;
        PartyId actor; // the sponsor
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

    /// @notice A trial's state.
    struct TrialState {
        PartyId sponsor;
        uint40 createdAt; // Unix seconds; 0 if there is no such trial
        uint32 acts; // how many acts were recorded
        bytes32 rollingDigest; // over all of them
        uint16[9] versions; // how many documents of each kind, from kind 1 on
        uint8 tenure; // how often the sponsorship moved; an appointment holds under the tenure it was made in
        PartyId offeredTo; // to whom the sponsorship stands offered; zero if to nobody
        uint40 offerEffective; // first second (Unix time) at which that can be accepted
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
    /// @notice Emitted when a milestone was stated; `statement` has, from the lowest bit on, its part (16 bits), milestone
    /// (8), date (32) and act (32).
    event MilestoneRecorded(
        TrialId indexed trial,
        bytes32 indexed document,
        PartyId indexed actor,
        uint256 stamp,
        uint256 statement
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
    /// @notice Emitted when a trial claimed a registry's number.
    event RegistryIdClaimed(
        TrialId indexed trial,
        bytes32 indexed fold,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 registryId,
        uint32 submitted
    );
    /// @notice Emitted when a trial took back its earlier claims of a registry's number.
    event RegistryIdWithdrawn(
        TrialId indexed trial,
        bytes32 indexed fold,
        PartyId indexed actor,
        uint256 stamp,
        bytes32 registryId
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
    /// @notice Emitted when the sponsorship was offered, to be accepted from a time (Unix seconds) on, or the offer withdrawn
    /// (`to` and `effective` zero).
    event TransferOffered(
        TrialId indexed trial,
        PartyId indexed to,
        PartyId indexed actor,
        uint256 stamp,
        uint40 effective
    );
    /// @notice Emitted when the offer of the sponsorship to a party was vetoed.
    event TransferVetoed(TrialId indexed trial, PartyId indexed to, PartyId indexed actor, uint256 stamp);
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
    /// @notice Thrown when a milestone names an act that the trial does not have yet, or a correction names none.
    error ActUnknown(uint32 act);
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
    /// @notice Thrown when an offer of the sponsorship can be accepted only later (Unix seconds).
    error OfferNotYetEffective(TrialId trial, uint40 effective);
    /// @notice Thrown when no offer of the sponsorship waits to take effect.
    error NoOfferToVeto(TrialId trial);
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
    /// @notice Claims a registry's number for the trial. Any trial may, and again: what is claimed of a number is kept under
    /// its fold (see `RegistryNumber`), and the reader shows all, and which of them are spellings of one number.
    function claimRegistryId(RegistryClaim calldata claim) external;
    /// @notice Takes back the trial's earlier claims of a registry's number, in the same spelling. A later claim stands again.
    function withdrawRegistryId(RegistryWithdrawal calldata withdrawal) external;
    /// @notice Appoints a party. An appointee cannot appoint.
    function appoint(Appointment calldata appointment) external;
    /// @notice Makes an appointment end earlier.
    function shortenAppointment(Shortening calldata shortening) external;
    /// @notice Offers the sponsorship. Needs a managing key of the sponsor. Under the sponsor's change delay it can be
    /// accepted only after seven days, unless it is vetoed.
    function offerTransfer(TransferOffer calldata offer) external;
    /// @notice Stops an offer before it can be accepted. Any managing key of the sponsor may that is valid now, about to be
    /// removed or not, and was so before the offer.
    function vetoOffer(OfferVeto calldata veto) external;
    /// @notice Accepts the sponsorship. Needs a managing key of the party it is offered to. Ends all appointments.
    function acceptTransfer(TransferAcceptance calldata acceptance) external;
    /// @notice States a party's role in the trial.
    function nameRole(RoleNaming calldata naming) external;
    /// @notice Opens a stream, as the sponsor or as a party appointed for it.
    function openStream(StreamOpening calldata opening) external;
    /// @notice How many trials were registered: the count of `trialsWord`.
    function trialCount() external view returns (uint256);
    /// @notice The rolled word of the registrations of all trials.
    function trialsWord() external view returns (RolledWord);
    /// @notice The rolled word of every claim and withdrawal of the registry numbers with this fold.
    function wordOfNumber(bytes32 fold) external view returns (RolledWord);
    /// @notice The fold of a registry number: its letters in upper case and its digits 1 to 9, nothing else.
    function foldOf(bytes32 registryId) external pure returns (bytes32);
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
    /// @param number the writer's, as `Parties` gave it to the caller; it is not checked again
    /// @return openedAt when it was opened, Unix seconds
    function requireWriter(
        TrialId trial,
        PartyId writer,
        uint32 number,
        bytes32 stream
    ) external view returns (uint40 openedAt);
    /// @notice Whether a party may do an act at this block's time: the sponsor, or appointed for it.
    function isPermitted(TrialId trial, PartyId actor, uint8 act, bytes32 stream) external view returns (bool);
    /// @notice When a writer opened a stream (Unix seconds); 0 if it did not.
    function streamOpenedAt(TrialId trial, PartyId writer, bytes32 stream) external view returns (uint40);
}
