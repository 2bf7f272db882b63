// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId} from "./Types.sol";

/// @title Attestations: what a party vouches for, approves, or notarises
/// @notice An attestation is never edited; only its author may withdraw it, and the time of that stays beside it. All
/// about one subject and digest are listed from state, numbered from 0 without a gap; those about every digest of a
/// subject are found by the first topic of the logs. Whom to believe is the reader's choice. The data of each log begins
/// with a stamp: the attestation's number (4 bytes), the block's time in Unix seconds (8 bytes), and the key (20 bytes).
interface IAttestations {
    /// @notice Asks for an attestation.
    struct Statement {
        PartyId author;
        uint8 kind; // 1 accreditation, 2 approval, 3 snapshot, 4 review
        uint8 code; // the role (accreditation) or the decision (approval); 0 otherwise
        uint16 territory; // ISO 3166-1 numeric; 0 if not stated
        uint32 date; // declared day, yyyymmdd; 0 if not stated
        bytes32 subject; // a party, a trial, or a registry number
        bytes32 digest; // the version or document of the subject that is meant; zero for the subject itself
        bytes32 document; // SHA-256 of the statement's own document (letter, snapshot); zero if there is none
    }

    /// @notice Asks for an attestation to be withdrawn.
    struct Withdrawal {
        PartyId author;
        bytes32 subject;
        bytes32 digest;
        uint32 index; // its number among those about this subject and digest
    }

    /// @notice An attestation as kept.
    struct Attestation {
        PartyId author;
        uint8 kind;
        uint8 code;
        uint16 territory;
        uint32 date; // yyyymmdd, as declared
        uint40 time; // block time, Unix seconds
        uint40 withdrawnAt; // Unix seconds; 0 if it stands
        bytes32 document;
    }

    /// @notice Emitted when a party attested.
    event Attested(
        bytes32 indexed subject,
        bytes32 indexed digest,
        PartyId indexed author,
        uint256 stamp,
        uint8 kind,
        uint8 code,
        uint16 territory,
        uint32 date,
        bytes32 document
    );
    /// @notice Emitted when an attestation was withdrawn.
    event Withdrawn(bytes32 indexed subject, bytes32 indexed digest, PartyId indexed author, uint256 stamp);

    /// @notice Thrown when an attestation's kind is 0. What other codes mean is agreed off chain.
    error AttestationKindUnknown(uint8 kind);
    /// @notice Thrown when the subject is zero.
    error SubjectMissing();
    /// @notice Thrown when a party accredits itself.
    error SelfAccreditation(PartyId party);
    /// @notice Thrown when the place to start looking from is beyond the end of the list.
    error HintBeyondEnd(uint32 hint);
    /// @notice Thrown when there is no attestation of this author with this number.
    error AttestationUnknown(bytes32 subject, bytes32 digest, uint32 index);
    /// @notice Thrown when an attestation was withdrawn before.
    error WithdrawnBefore(bytes32 subject, bytes32 digest, uint32 index);

    /// @notice Records an attestation at the end of the list about its subject and digest.
    /// @param hint where to start looking for the end: 0 is always right, the list's present length is cheapest
    /// @return index its number in that list
    function attest(Statement calldata statement, uint32 hint) external returns (uint32 index);
    /// @notice Withdraws an attestation of one's own.
    function withdraw(Withdrawal calldata withdrawal) external;
    /// @notice Attestations about a subject and digest, in order: at most `limit` of them from number `start` on.
    /// Fewer than `limit` means that the list ends there.
    function attestationsAbout(
        bytes32 subject,
        bytes32 digest,
        uint256 start,
        uint256 limit
    ) external view returns (Attestation[] memory);
}
