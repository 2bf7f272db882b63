// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Relayed} from "./Relayed.sol";
import {IParties} from "./interfaces/IParties.sol";
import {PartyId, Purpose} from "./interfaces/Types.sol";
import {KeyRecord, KeyRecordLibrary} from "./libraries/KeyRecord.sol";

/// @title Parties
/// @notice See `IParties`.
contract Parties is IParties, Relayed {
    struct Party {
        uint32 number; // from 1; 0 means that there is no such party
        uint40 createdAt; // Unix seconds
        uint32 managers; // managing keys without a removal set
        Profile[] profiles; // every profile ever, the last one in force
        address[] keys; // every key ever, in the order of addition
    }

    /// @notice How long the removal of a managing key stays open to a veto.
    uint40 public constant VETO_PERIOD = 7 days;

    bytes32 private constant _CREATION = keccak256(
        "CreateParty(bytes32 salt,bytes32 profile,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _ADDITION = keccak256(
        "AddKey(bytes32 party,address key,uint8 purposes,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _REVOCATION = keccak256(
        "RevokeKey(bytes32 party,address key,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _VETO = keccak256(
        "VetoRemoval(bytes32 party,address key,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _COMPROMISE = keccak256(
        "DeclareCompromise(bytes32 party,address key,uint40 since,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _PROFILE = keccak256(
        "ChangeProfile(bytes32 party,bytes32 profile,address signer,uint256 nonce,uint64 deadline)"
    );

    mapping(PartyId party => Party record) private _parties;
    mapping(PartyId party => mapping(address key => KeyRecord record)) private _keys;
    PartyId[] private _byNumber;

    constructor() Relayed("trialseal Parties") {}

    // ----- acts -----

    /// @inheritdoc IParties
    function createParty(Creation calldata creation) external returns (PartyId party) {
        address key = _key();
        party = PartyId.wrap(sha256(abi.encodePacked(key, creation.salt)));
        Party storage record = _parties[party];
        if (record.number != 0) revert PartyExists(party);
        if (_byNumber.length == type(uint32).max) revert PartiesExhausted();
        _byNumber.push(party);
        record.number = uint32(_byNumber.length);
        record.createdAt = uint40(block.timestamp);
        record.profiles.push(Profile(creation.profile, uint40(block.timestamp)));
        emit PartyCreated(party, key, creation.profile, record.number);
        _enterKey(party, key, Purpose.ALL, key);
    }

    /// @inheritdoc IParties
    function addKey(KeyAddition calldata addition) external {
        address by = _key();
        requireManager(addition.party, by);
        if (addition.purposes == 0 || addition.purposes & ~Purpose.ALL != 0) revert PurposesUnknown(addition.purposes);
        _enterKey(addition.party, addition.key, addition.purposes, by);
    }

    /// @inheritdoc IParties
    function revokeKey(KeyReference calldata named) external {
        address by = _key();
        requireManager(named.party, by);
        KeyRecord record = _known(named.party, named.key);
        if (record.validUntil() != 0) revert KeyRevokedBefore(named.party, named.key);
        uint40 until = uint40(block.timestamp);
        if (record.purposes() & Purpose.MANAGE != 0) {
            Party storage party = _parties[named.party];
            if (party.managers == 1) revert LastManagingKey(named.party, named.key);
            party.managers -= 1;
            until += VETO_PERIOD;
        }
        _keys[named.party][named.key] = record.withEnd(until);
        emit KeyRevoked(named.party, named.key, by, until);
    }

    /// @inheritdoc IParties
    function vetoRemoval(KeyReference calldata named) external {
        address by = _key();
        // A key that is itself to be removed may veto, or else one key could remove all others at once.
        requireKey(named.party, by, Purpose.MANAGE);
        KeyRecord record = _known(named.party, named.key);
        if (by == named.key) revert OwnRemoval(named.party, named.key);
        // Only the removal of a managing key ends in the future: every other key is revoked at once.
        uint40 until = record.validUntil();
        if (until <= block.timestamp) revert NothingToVeto(named.party, named.key);
        // A key that was added since may be of the making of the one that goes.
        if (_keys[named.party][by].validFrom() >= until - VETO_PERIOD) revert NothingToVeto(named.party, named.key);
        _keys[named.party][named.key] = record.withEnd(0);
        _parties[named.party].managers += 1;
        emit RemovalVetoed(named.party, named.key, by);
    }

    /// @inheritdoc IParties
    function declareCompromise(Compromise calldata compromise) external {
        address by = _key();
        requireManager(compromise.party, by);
        KeyRecord record = _known(compromise.party, compromise.key);
        uint40 limit = record.compromisedSince() == 0 ? uint40(block.timestamp) : record.compromisedSince() - 1;
        if (compromise.since == 0 || compromise.since > limit) revert CompromiseNotEarlier(compromise.since, limit);
        _keys[compromise.party][compromise.key] = record.withCompromise(compromise.since, block.timestamp);
        emit CompromiseDeclared(compromise.party, compromise.key, by, compromise.since);
    }

    /// @inheritdoc IParties
    function changeProfile(ProfileChange calldata change) external {
        address by = _key();
        requireManager(change.party, by);
        _parties[change.party].profiles.push(Profile(change.profile, uint40(block.timestamp)));
        emit ProfileChanged(change.party, by, change.profile);
    }

    // ----- reading -----

    /// @inheritdoc IParties
    function requireKey(PartyId party, address key, uint8 purpose) public view returns (uint32) {
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
    function keyValidAt(PartyId party, address key, uint8 purpose, uint256 time) external view returns (bool) {
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
                record.declaredAt()
            );
    }

    /// @inheritdoc IParties
    function keysOf(PartyId party) external view returns (address[] memory) {
        return _parties[party].keys;
    }

    /// @inheritdoc IParties
    function partyOf(PartyId party) external view returns (uint32 number, uint40 createdAt, bytes32 profile) {
        Party storage record = _parties[party];
        uint256 count = record.profiles.length;
        return (record.number, record.createdAt, count == 0 ? bytes32(0) : record.profiles[count - 1].digest);
    }

    /// @inheritdoc IParties
    function profilesOf(PartyId party) external view returns (Profile[] memory) {
        return _parties[party].profiles;
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
        if (selector == this.createParty.selector) return (_CREATION, 2);
        if (selector == this.addKey.selector) return (_ADDITION, 3);
        if (selector == this.revokeKey.selector) return (_REVOCATION, 2);
        if (selector == this.vetoRemoval.selector) return (_VETO, 2);
        if (selector == this.declareCompromise.selector) return (_COMPROMISE, 3);
        if (selector == this.changeProfile.selector) return (_PROFILE, 2);
    }

    // ----- what the acts share -----

    function _enterKey(PartyId party, address key, uint8 purposes, address by) private {
        if (_keys[party][key].party() != 0) revert KeyKnown(party, key);
        Party storage record = _parties[party];
        _keys[party][key] = KeyRecordLibrary.create(record.number, purposes, block.timestamp);
        record.keys.push(key);
        if (purposes & Purpose.MANAGE != 0) record.managers += 1;
        emit KeyAdded(party, key, by, purposes);
    }

    function _known(PartyId party, address key) private view returns (KeyRecord record) {
        record = _keys[party][key];
        if (record.party() == 0) revert KeyUnknown(party, key);
    }
}
