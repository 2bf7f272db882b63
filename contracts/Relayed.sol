// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRelayed} from "./interfaces/IRelayed.sol";
import {Authorization, Item} from "./interfaces/Types.sol";

/// @title Relayed
/// @notice See `IRelayed`.
abstract contract Relayed is IRelayed, EIP712 {
    /// @dev What is needed beside an item's gas to start it and to report its refusal, at most.
    uint256 private constant _SPARE = 6000;
    /// @dev How many bytes of a refusal's reason are logged.
    uint256 private constant _REASON = 256;

    /// @dev The key whose signed act is being carried out; zero while a key sends for itself.
    address private transient _relayedKey;

    /// @dev One bit a nonce: unordered, and 256 of them share a storage slot.
    mapping(address key => mapping(uint256 word => uint256 bits)) private _usedNonces;

    constructor(string memory name) EIP712(name, "1") {}

    /// @inheritdoc IRelayed
    function relay(bytes calldata act, Authorization calldata authorization) external returns (bytes memory result) {
        (bytes32 typeHash, uint256 words) = act.length < 4 ? (bytes32(0), 0) : _typeOf(bytes4(act[:4]));
        if (typeHash == 0 || act.length < 4 + 32 * words) revert ActNotRelayable(act);
        if (block.timestamp > authorization.deadline) revert SignatureExpired(authorization.deadline);
        _useNonce(authorization.key, authorization.nonce);
        // The members of an act are all of 32 bytes, so that its calldata is its EIP-712 encoding. The signer is one of
        // them, or else what somebody signed as a member of one contract account would count for other accounts too.
        bytes32 structHash = keccak256(
            bytes.concat(
                typeHash,
                act[4:4 + 32 * words],
                abi.encode(authorization.key, authorization.nonce, authorization.deadline)
            )
        );
        if (!_isSigned(authorization.key, _hashTypedDataV4(structHash), authorization.signature)) {
            revert SignatureNotValid(authorization.key);
        }
        // From here on it is the very function that the key could have called.
        _relayedKey = authorization.key;
        result = Address.functionDelegateCall(address(this), act);
        _relayedKey = address(0);
    }

    /// @inheritdoc IRelayed
    function batch(Item[] calldata items) external {
        for (uint256 place = 0; place < items.length; ++place) {
            bytes calldata act = items[place].act;
            if (act.length > 3 && bytes4(act[:4]) == IRelayed.batch.selector) revert BatchInBatch(place);
            _attempt(place, items[place].gas, act);
        }
    }

    /// @inheritdoc IRelayed
    function cancelNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);
        emit NonceCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IRelayed
    function nonceUsed(address key, uint256 nonce) external view returns (bool) {
        return _usedNonces[key][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @inheritdoc IRelayed
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @dev The typed data of the act with this selector: keccak256 of its type, which ends with `signer`, `nonce` and
    /// `deadline`, and the count of members before those three. Zero for what cannot be relayed.
    function _typeOf(bytes4 selector) internal pure virtual returns (bytes32 typeHash, uint256 words);

    /// @dev The key that acts: the one that signed, if the act is relayed, else the one that sends.
    function _key() internal view returns (address) {
        return _relayedKey == address(0) ? msg.sender : _relayedKey;
    }

    /// @dev Carries out one item of a batch, and logs its refusal. It is this very contract that is called, for whoever
    /// sends the batch: nobody can do here what it could not do act by act.
    function _attempt(uint256 place, uint256 limit, bytes calldata act) private {
        bytes32 refused = ActRefused.selector;
        bytes4 tooLittle = GasTooLittle.selector;
        assembly ("memory-safe") {
            // Calldata and report lie beyond the free memory pointer. Nothing is kept there, so that a batch needs no more
            // memory than its longest item.
            let buffer := mload(0x40)
            calldatacopy(buffer, act.offset, act.length)
            // A call passes on 63 of 64 parts at most, and silently less than is named if there is less.
            if lt(gas(), add(add(limit, div(limit, 63)), _SPARE)) {
                mstore(0x00, tooLittle)
                mstore(0x04, place)
                revert(0x00, 0x24)
            }
            if iszero(delegatecall(limit, address(), buffer, act.length, 0x00, 0x00)) {
                let length := returndatasize()
                if gt(length, _REASON) {
                    length := _REASON
                }
                mstore(buffer, 0x20)
                mstore(add(buffer, 0x20), length)
                // The padding of the last word; it may hold what was there before.
                mstore(add(add(buffer, 0x40), length), 0)
                returndatacopy(add(buffer, 0x40), 0x00, length)
                log3(buffer, add(0x40, and(add(length, 0x1f), not(0x1f))), refused, caller(), place)
            }
        }
    }

    /// @dev Whether a key signed a digest: by ECDSA, or else by ERC-1271 if it has code. In this order, so that an
    /// account that lends itself code (EIP-7702) still signs with its own key.
    function _isSigned(address key, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == key) return true;
        return key.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(key, digest, signature);
    }

    function _useNonce(address key, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = _usedNonces[key][nonce >> 8];
        if (bits & bit != 0) revert NonceUsed(key, nonce);
        _usedNonces[key][nonce >> 8] = bits | bit;
    }
}
