// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IParties} from "./interfaces/IParties.sol";
import {PartyId, Purpose} from "./interfaces/Types.sol";
import {CivilDate} from "./libraries/CivilDate.sol";
import {RolledWord, Rolling} from "./libraries/Rolling.sol";

/// @title Attestations
/// @notice See `IAttestations`.
contract Attestations is IAttestations, Relayed {
    /// @notice The contract that says which keys speak for which party.
    IParties public immutable PARTIES;

    uint8 private constant _ACCREDITATION = 1;

    bytes32 private constant _STATEMENT = keccak256(
        "Attest(bytes32 author,uint8 kind,uint8 code,uint16 territory,uint32 date,uint40 until,bytes32 subject,bytes32 digest,bytes32 document,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _WITHDRAWAL = keccak256(
        "Withdraw(bytes32 author,bytes32 subject,bytes32 log,address signer,uint256 nonce,uint64 deadline)"
    );

    mapping(bytes32 subject => RolledWord word) private _words;

    /// @param parties the `Parties` contract of this chain
    constructor(IParties parties) Relayed("trialseal Attestations") {
        PARTIES = parties;
    }

    /// @inheritdoc IAttestations
    function attest(Statement calldata s) external {
        address key = _key();
        (bytes32 subject, PartyId author, uint8 kind) = (s.subject, s.author, s.kind);
        (uint32 date, uint40 until) = (s.date, s.until);
        if (kind == 0) revert AttestationKindUnknown(kind);
        if (subject == 0) revert SubjectMissing();
        if (kind == _ACCREDITATION && subject == PartyId.unwrap(author)) revert SelfAccreditation(author);
        if (date != 0) CivilDate.requirePast(date, block.timestamp);
        if (until != 0 && until <= block.timestamp) revert EndNotAhead(until, uint40(block.timestamp));
        PARTIES.requireKey(author, key, Purpose.ATTEST);
        RolledWord word = _words[subject];
        bytes32 digest = Rolling.write(
            abi.encode(
                Attested.selector,
                subject,
                s.digest,
                author,
                Rolling.stamp(word.next(), key),
                kind,
                s.code,
                s.territory,
                date,
                until,
                s.document
            )
        );
        _words[subject] = word.rolled(author, digest);
    }

    /// @inheritdoc IAttestations
    function withdraw(Withdrawal calldata w) external {
        address key = _key();
        if (w.subject == 0) revert SubjectMissing();
        if (w.log == 0) revert DigestMissing();
        PARTIES.requireKey(w.author, key, Purpose.ATTEST);
        RolledWord word = _words[w.subject];
        bytes32 digest = Rolling.write(
            abi.encode(Withdrawn.selector, w.subject, w.log, w.author, Rolling.stamp(word.next(), key))
        );
        _words[w.subject] = word.rolled(w.author, digest);
    }

    /// @inheritdoc IAttestations
    function wordOf(bytes32 subject) external view returns (RolledWord) {
        return _words[subject];
    }

    /// @inheritdoc Relayed
    function _typeOf(bytes4 selector) internal pure override returns (bytes32 typeHash, uint256 words) {
        if (selector == this.attest.selector) return (_STATEMENT, 9);
        if (selector == this.withdraw.selector) return (_WITHDRAWAL, 3);
    }
}
