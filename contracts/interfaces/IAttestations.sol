// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RolledWord} from "../libraries/Rolling.sol";
import {PartyId} from "./Types.sol";

/// @title IAttestations: what a party vouches for, approves, or notarises
/// @notice An attestation is a log. It is never edited; its author may withdraw it, and both stay. All about one subject,
/// of whatever digest and by whatever author, are rolled into the subject's word (see `Rolling`), so that whoever holds
/// the logs can show that none is missing. Whom to believe is the reader's choice. The data of each log begins with a
/// stamp: the number of the step in the subject's word (4 bytes), the block's time in Unix seconds (8 bytes), and the key
/// (20 bytes).
interface IAttestations {
    /// @notice Asks for an attestation.
    struct Statement {
        PartyId author;
        uint8 kind; // 1 accreditation, 2 approval, 3 snapshot, 4 review, 5 permit, 6 firmware, 7 checkpoint
        uint8 code; // the role (accreditation) or the decision (approval); 0 otherwise
        uint16 territory; // ISO 3166-1 numeric; 0 if not stated
        uint32 date; // declared day, yyyymmdd; 0 if not stated
        uint40 until; // first second (Unix time) at which it no longer holds; 0 for no end
        bytes32 subject; // a party, a trial, or a registry number
        bytes32 digest; // the version or document of the subject that is meant; zero for the subject itself
        bytes32 document; // SHA-256 of the statement's own document (letter, snapshot); zero if there is none
    }

    /// @notice Asks for an attestation to be withdrawn.
    struct Withdrawal {
        PartyId author;
        bytes32 subject;
        bytes32 log; // digest of the log of the attestation
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
        uint40 until,
        bytes32 document
    );
    /// @notice Emitted when a party withdrew the attestation whose log has this digest. The contract does not know that
    /// log: a withdrawal counts if the log is one of the subject, of the same author, and not withdrawn before.
    event Withdrawn(bytes32 indexed subject, bytes32 indexed log, PartyId indexed author, uint256 stamp);

    /// @notice Thrown when an attestation's kind is 0. What other codes mean is agreed off chain.
    error AttestationKindUnknown(uint8 kind);
    /// @notice Thrown when the subject is zero.
    error SubjectMissing();
    /// @notice Thrown when a withdrawal names no log.
    error DigestMissing();
    /// @notice Thrown when a party accredits itself.
    error SelfAccreditation(PartyId party);
    /// @notice Thrown when an end is not after the block's time. Both are Unix seconds.
    error EndNotAhead(uint40 until, uint40 time);

    /// @notice Records an attestation. Needs a key of the author for attesting.
    function attest(Statement calldata statement) external;
    /// @notice Withdraws an attestation of one's own. Needs a key of the author for attesting.
    function withdraw(Withdrawal calldata withdrawal) external;
    /// @notice The rolled word of everything attested about a subject, withdrawals included.
    function wordOf(bytes32 subject) external view returns (RolledWord);
}
