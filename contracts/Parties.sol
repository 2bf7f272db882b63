// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {PartyId, Purpose} from "./interfaces/Types.sol";
import {KeyRecord, KeyRecordLibrary} from "./libraries/KeyRecord.sol";
import {PartyRecord, PartyRecordLibrary} from "./libraries/PartyRecord.sol";
import {RolledWord, Rolling} from "./libraries/Rolling.sol";

/// @title Parties
/// @notice See `IParties`.
contract Parties is IParties, Relayed {
    struct Party {
        PartyRecord record;
        RolledWord word;
    }

    /// @notice How long a change of the managing keys stays open to a veto, and a statement of compromise to a contest.
    uint40 public constant CHANGE_PERIOD = PartyRecordLibrary.PERIOD;

    bytes32 private constant _CREATION = keccak256(
        "CreateParty(bytes32 salt,bytes32 profile,address second,uint16 secondPurposes,address third,uint16 thirdPurposes,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _ADDITION = keccak256(
        "AddKey(bytes32 party,address key,uint16 purposes,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _REVOCATION = keccak256(
        "RevokeKey(bytes32 party,address key,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _VETO = keccak256(
        "VetoKey(bytes32 party,address key,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _COMPROMISE = keccak256(
        "DeclareCompromise(bytes32 party,address key,uint40 since,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _CONTEST = keccak256(
        "ContestCompromise(bytes32 party,address key,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _PROFILE = keccak256(
        "ChangeProfile(bytes32 party,bytes32 profile,address signer,uint256 nonce,uint64 deadline)"
    );

    mapping(PartyId party => Party kept) private _parties;
    mapping(PartyId party => mapping(address key => KeyRecord record)) private _keys;
    PartyId[] private _byNumber;

    constructor() Relayed("trialseal Parties") {}

    // ----- acts -----

    /// @inheritdoc IParties
    function createParty(Creation calldata c) external returns (PartyId party) {
        address key = _key();
        party = PartyId.wrap(sha256(abi.encodePacked(key, c.salt)));
        Party storage kept = _parties[party];
        if (kept.record.number() != 0) revert PartyExists(party);
        if (_byNumber.length == type(uint32).max) revert PartiesExhausted();
        _byNumber.push(party);
        uint32 number = uint32(_byNumber.length);
        _keys[party][key] = KeyRecordLibrary.create(number, Purpose.ALL, block.timestamp, block.timestamp);
        RolledWord word = _rolled(
            RolledWord.wrap(0),
            party,
            abi.encode(PartyCreated.selector, party, key, party, Rolling.stamp(1, key), c.profile, number)
        );
        uint32 managers = 1;
        (word, managers) = _enterNamed(party, number, word, managers, key, c.second, c.secondPurposes);
        (word, managers) = _enterNamed(party, number, word, managers, key, c.third, c.thirdPurposes);
        kept.record = PartyRecordLibrary.create(number, block.timestamp, managers);
        kept.word = word;
    }

    /// @inheritdoc IParties
    function addKey(KeyAddition calldata a) external {
        address by = _key();
        uint32 number = requireManager(a.party, by);
        Party storage kept = _parties[a.party];
        uint40 from = uint40(block.timestamp);
        if (a.purposes & Purpose.MANAGE != 0) {
            (kept.record, from) = kept.record.withAddition(block.timestamp);
        }
        kept.word = _enterKey(a.party, number, kept.word, by, a.key, a.purposes, from);
    }

    /// @inheritdoc IParties
    function revokeKey(KeyReference calldata named) external {
        address by = _key();
        requireManager(named.party, by);
        KeyRecord record = _known(named.party, named.key);
        if (record.validUntil() != 0) revert KeyRevokedBefore(named.party, named.key);
        Party storage kept = _parties[named.party];
        uint40 until = uint40(block.timestamp);
        if (record.purposes() & Purpose.MANAGE != 0) {
            if (record.validFrom() > block.timestamp) revert KeyNotBegun(named.party, named.key, record.validFrom());
            PartyRecord party = kept.record;
            if (!party.canSpareAt(block.timestamp)) revert LastManagingKey(named.party, named.key);
            // Or a veto of the addition in its last second would leave the party without either, and no time to object.
            if (by == named.key && party.pendingAt(block.timestamp) != 0) {
                revert AdditionPending(named.party, by, party.settledAt());
            }
            (kept.record, until) = party.withRemoval(block.timestamp);
        }
        _keys[named.party][named.key] = record.withEnd(until);
        _roll(kept, named.party, by, KeyRevoked.selector, named.key, until);
    }

    /// @inheritdoc IParties
    function vetoKey(KeyReference calldata named) external {
        address by = _key();
        requireKey(named.party, by, Purpose.MANAGE);
        KeyRecord record = _known(named.party, named.key);
        // Only managing keys begin or end in the future: all others come and go at once.
        bool addition = record.validFrom() > block.timestamp;
        uint40 effective = addition ? record.validFrom() : record.validUntil();
        if (effective <= block.timestamp) revert NothingToVeto(named.party, named.key);
        // Whoever manages now was asked for before this change was: while one waits, no managing key begins at once.
        Party storage kept = _parties[named.party];
        if (addition) {
            kept.record = kept.record.withoutAddition(block.timestamp);
            _keys[named.party][named.key] = KeyRecord.wrap(0);
        } else {
            kept.record = kept.record.withoutRemoval(block.timestamp);
            _keys[named.party][named.key] = record.withEnd(0);
        }
        _roll(kept, named.party, by, KeyVetoed.selector, named.key, addition ? 1 : 0);
    }

    /// @inheritdoc IParties
    function declareCompromise(Compromise calldata c) external {
        address by = _key();
        requireManager(c.party, by);
        KeyRecord record = _known(c.party, c.key);
        // A veto strikes such a key, and with it whatever was stated of it.
        if (record.validFrom() > block.timestamp) revert KeyNotBegun(c.party, c.key, record.validFrom());
        uint40 limit = record.compromisedSince() == 0 ? uint40(block.timestamp) : record.compromisedSince() - 1;
        if (c.since == 0 || c.since > limit) revert CompromiseNotEarlier(c.since, limit);
        _keys[c.party][c.key] = record.withCompromise(c.since, block.timestamp);
        _roll(_parties[c.party], c.party, by, CompromiseDeclared.selector, c.key, c.since);
    }

    /// @inheritdoc IParties
    function contestCompromise(KeyReference calldata named) external {
        address by = _key();
        requireKey(named.party, by, Purpose.MANAGE);
        KeyRecord record = _known(named.party, named.key);
        uint40 declaredAt = record.declaredAt();
        bool open = declaredAt != 0 && record.contestedAt() == 0 && block.timestamp < declaredAt + CHANGE_PERIOD;
        if (!open) revert NothingToContest(named.party, named.key);
        requireManagerBefore(named.party, by, declaredAt);
        _keys[named.party][named.key] = record.withContest(block.timestamp);
        _roll(_parties[named.party], named.party, by, CompromiseContested.selector, named.key, declaredAt);
    }

    /// @inheritdoc IParties
    function changeProfile(ProfileChange calldata change) external {
        address by = _key();
        requireManager(change.party, by);
        RolledWord word = _parties[change.party].word;
        _parties[change.party].word = _rolled(
            word,
            change.party,
            abi.encode(
                ProfileChanged.selector,
                change.party,
                change.profile,
                change.party,
                Rolling.stamp(word.next(), by)
            )
        );
    }

    // ----- reading -----

    /// @inheritdoc IParties
    function requireKey(PartyId party, address key, uint16 purpose) public view returns (uint32) {
        KeyRecord record = _keys[party][key];
        if (!record.isValid(purpose, block.timestamp)) revert KeyNotValid(party, key, purpose);
        return record.party();
    }

    /// @inheritdoc IParties
    function requireManager(PartyId party, address key) public view returns (uint32 number) {
        number = requireKey(party, key, Purpose.MANAGE);
        uint40 until = _keys[party][key].validUntil();
        if (until != 0) revert KeyBeingRemoved(party, key, until);
    }

    /// @inheritdoc IParties
    function requireManagerBefore(PartyId party, address key, uint40 time) public view returns (uint32 number) {
        number = requireKey(party, key, Purpose.MANAGE);
        if (_keys[party][key].askedAt() > time) revert KeyNotBefore(party, key, time);
    }

    /// @inheritdoc IParties
    function changeDelay(PartyId party) external view returns (uint40) {
        return _parties[party].record.delayAt(block.timestamp);
    }

    /// @inheritdoc IParties
    function keyValidAt(PartyId party, address key, uint16 purpose, uint256 time) external view returns (bool) {
        return _keys[party][key].isValid(purpose, time);
    }

    /// @inheritdoc IParties
    function keyOf(PartyId party, address key) external view returns (Key memory) {
        KeyRecord record = _keys[party][key];
        return
            Key(
                record.party(),
                record.purposes(),
                record.validFrom(),
                record.validUntil(),
                record.compromisedSince(),
                record.declaredAt(),
                record.contestedAt(),
                record.waited()
            );
    }

    /// @inheritdoc IParties
    function partyOf(
        PartyId party
    ) external view returns (uint32 number, uint40 createdAt, uint32 managers, uint32 pending, uint40 settledAt) {
        PartyRecord record = _parties[party].record;
        return (
            record.number(),
            record.createdAt(),
            record.managers(),
            record.pendingAt(block.timestamp),
            record.settledAt()
        );
    }

    /// @inheritdoc IParties
    function wordOf(PartyId party) external view returns (RolledWord) {
        return _parties[party].word;
    }

    /// @inheritdoc IParties
    function partyNumbered(uint32 number) external view returns (PartyId) {
        if (number == 0 || number > _byNumber.length) return PartyId.wrap(0);
        return _byNumber[number - 1];
    }

    /// @inheritdoc IParties
    function partyCount() external view returns (uint256) {
        return _byNumber.length;
    }

    // ----- typed data -----

    /// @inheritdoc Relayed
    function _typeOf(bytes4 selector) internal pure override returns (bytes32 typeHash, uint256 words) {
        if (selector == this.createParty.selector) return (_CREATION, 6);
        if (selector == this.addKey.selector) return (_ADDITION, 3);
        if (selector == this.revokeKey.selector) return (_REVOCATION, 2);
        if (selector == this.vetoKey.selector) return (_VETO, 2);
        if (selector == this.declareCompromise.selector) return (_COMPROMISE, 3);
        if (selector == this.contestCompromise.selector) return (_CONTEST, 2);
        if (selector == this.changeProfile.selector) return (_PROFILE, 2);
    }

    // ----- what the acts share -----

    /// @dev Enters a key that is named at a party's creation, if one is.
    function _enterNamed(
        PartyId party,
        uint32 number,
        RolledWord word,
        uint32 managers,
        address by,
        address key,
        uint16 purposes
    ) private returns (RolledWord, uint32) {
        if (key == address(0) && purposes == 0) return (word, managers);
        word = _enterKey(party, number, word, by, key, purposes, uint40(block.timestamp));
        return (word, purposes & Purpose.MANAGE == 0 ? managers : managers + 1);
    }

    /// @dev Stores a key and logs it; gives the party's word with that log.
    function _enterKey(
        PartyId party,
        uint32 number,
        RolledWord word,
        address by,
        address key,
        uint16 purposes,
        uint40 from
    ) private returns (RolledWord) {
        if (key == address(0) || purposes == 0) revert KeyWithoutUse(key, purposes);
        if (_keys[party][key].party() != 0) revert KeyKnown(party, key);
        _keys[party][key] = KeyRecordLibrary.create(number, purposes, block.timestamp, from);
        return
            _rolled(
                word,
                party,
                abi.encode(KeyAdded.selector, party, key, party, Rolling.stamp(word.next(), by), purposes, from)
            );
    }

    function _known(PartyId party, address key) private view returns (KeyRecord record) {
        record = _keys[party][key];
        if (record.party() == 0) revert KeyUnknown(party, key);
    }

    /// @dev Logs an act on a key whose log has one member behind its stamp, and rolls it into the party's word.
    function _roll(
        Party storage kept,
        PartyId party,
        address by,
        bytes32 selector,
        address key,
        uint40 member
    ) private {
        RolledWord word = kept.word;
        kept.word = _rolled(
            word,
            party,
            abi.encode(selector, party, key, party, Rolling.stamp(word.next(), by), member)
        );
    }

    /// @dev Writes a log, and gives the party's word with it.
    function _rolled(RolledWord word, PartyId party, bytes memory log) private returns (RolledWord) {
        return word.rolled(party, Rolling.write(log));
    }
}
