// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";

/// @title BoardAccount: a party's key that is a board, not a person
/// @notice An example of a contract as a party's key. It signs by ERC-1271 when enough of its members signed the same
/// typed data; whoever sends the act pays. Members are fixed when it is made.
contract BoardAccount is IERC1271, MultiSignerERC7913 {
    /// @param members addresses (20 bytes each) or ERC-7913 signers
    /// @param threshold how many of them must sign
    constructor(bytes[] memory members, uint64 threshold) MultiSignerERC7913(members, threshold) {}

    /// @inheritdoc IERC1271
    /// @param signature abi.encode(bytes[] members, bytes[] signatures), members ordered by their keccak256
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return _rawSignatureValidation(hash, signature) ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
