// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IParties} from "./interfaces/IParties.sol";
import {PartyId, Purpose} from "./interfaces/Types.sol";
import {CivilDate} from "./libraries/CivilDate.sol";

/// @title Attestations
/// @notice See `IAttestations`.
contract Attestations is IAttestations, Relayed {
    /// @dev One slot, and a second only for a statement that has a document.
    struct Entry {
        uint32 author; // number of the party; never 0 in an entry that exists
        uint8 kind;
        uint8 code;
        uint16 territory;
        uint32 date;
        uint40 time;
        uint40 withdrawnAt;
        bytes32 document;
    }

    /// @notice The contract that says which keys speak for which party.
    IParties public immutable PARTIES;

    uint8 private constant _ACCREDITATION = 1;

    bytes32 private constant _STATEMENT = keccak256(
        "Attest(bytes32 author,uint8 kind,uint8 code,uint16 territory,uint32 date,bytes32 subject,bytes32 digest,bytes32 document,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _WITHDRAWAL = keccak256(
        "Withdraw(bytes32 author,bytes32 subject,bytes32 digest,uint32 index,address signer,uint256 nonce,uint64 deadline)"
    );

    /// @dev A list without a stored length: it ends at the first entry without an author.
    mapping(bytes32 subject => mapping(bytes32 digest => mapping(uint256 index => Entry entry))) private _entries;

    /// @param parties the `Parties` contract of this chain
    constructor(IParties parties) Relayed("trialseal Attestations") {
        PARTIES = parties;
    }

    /// @inheritdoc IAttestations
    function attestationsAbout(
        bytes32 subject,
        bytes32 digest,
        uint256 start,
        uint256 limit
    ) external view returns (Attestation[] memory list) {
        mapping(uint256 index => Entry entry) storage entries = _entries[subject][digest];
        uint256 count = 0;
        while (count < limit && entries[start + count].author != 0) ++count;
        list = new Attestation[](count);
        for (uint256 i = 0; i < count; ++i) {
            Entry memory e = entries[start + i];
            list[i] = Attestation(
                PARTIES.partyNumbered(e.author),
                e.kind,
                e.code,
                e.territory,
                e.date,
                e.time,
                e.withdrawnAt,
                e.document
            );
        }
    }

    /// @inheritdoc IAttestations
    function attest(Statement calldata s, uint32 hint) external returns (uint32 index) {
        address key = _key();
        (uint8 kind, uint8 code, uint16 territory, uint32 date) = (s.kind, s.code, s.territory, s.date);
        if (kind == 0) revert AttestationKindUnknown(kind);
        if (s.subject == 0) revert SubjectMissing();
        if (kind == _ACCREDITATION && s.subject == PartyId.unwrap(s.author)) revert SelfAccreditation(s.author);
        if (date != 0) CivilDate.requirePast(date, block.timestamp);
        uint32 author = PARTIES.requireKey(s.author, key, Purpose.ACT);
        mapping(uint256 index => Entry entry) storage entries = _entries[s.subject][s.digest];
        index = hint;
        unchecked {
            // A list of 2^32 attestations would cost more gas than the chain has.
            if (hint != 0 && entries[hint - 1].author == 0) revert HintBeyondEnd(hint);
            while (entries[index].author != 0) ++index;
        }
        Entry storage entry = entries[index];
        entry.author = author;
        entry.kind = kind;
        entry.code = code;
        entry.territory = territory;
        entry.date = date;
        entry.time = uint40(block.timestamp);
        if (s.document != 0) entry.document = s.document;
        emit Attested(s.subject, s.digest, s.author, _stamp(index, key), kind, code, territory, date, s.document);
    }

    /// @inheritdoc IAttestations
    function withdraw(Withdrawal calldata w) external {
        address key = _key();
        uint32 author = PARTIES.requireKey(w.author, key, Purpose.ACT);
        Entry storage entry = _entries[w.subject][w.digest][w.index];
        if (entry.author != author) revert AttestationUnknown(w.subject, w.digest, w.index);
        if (entry.withdrawnAt != 0) revert WithdrawnBefore(w.subject, w.digest, w.index);
        entry.withdrawnAt = uint40(block.timestamp);
        emit Withdrawn(w.subject, w.digest, w.author, _stamp(w.index, key));
    }

    function _stamp(uint32 index, address key) private view returns (uint256) {
        return (uint256(index) << 224) | (block.timestamp << 160) | uint160(key);
    }

    /// @inheritdoc Relayed
    function _typeOf(bytes4 selector) internal pure override returns (bytes32 typeHash, uint256 words) {
        if (selector == this.attest.selector) return (_STATEMENT, 8);
        if (selector == this.withdraw.selector) return (_WITHDRAWAL, 4);
    }
}
