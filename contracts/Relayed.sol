// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRelayed} from "./interfaces/IRelayed.sol";
import {Authorization} from "./interfaces/Types.sol";

/// @title Relayed
/// @notice See `IRelayed`.
abstract contract Relayed is IRelayed, EIP712 {
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
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(authorization.key, digest, authorization.signature)) {
            revert SignatureNotValid(authorization.key);
        }
        // From here on it is the very function that the key could have called.
        _relayedKey = authorization.key;
        result = Address.functionDelegateCall(address(this), act);
        _relayedKey = address(0);
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

    function _useNonce(address key, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = _usedNonces[key][nonce >> 8];
        if (bits & bit != 0) revert NonceUsed(key, nonce);
        _usedNonces[key][nonce >> 8] = bits | bit;
    }
}
