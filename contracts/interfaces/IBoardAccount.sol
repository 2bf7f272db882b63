// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title IBoardAccount: a party's key that is a board, not a person
/// @notice It signs by ERC-1271 when enough of its members signed the same digest; whoever sends the act pays. It holds
/// nothing and executes nothing. Members and threshold never change: a party names another board as its key instead.
interface IBoardAccount is IERC1271 {
    /// @notice Whether enough members signed the digest by ECDSA: `isValidSignature`'s selector, or 0xffffffff.
    /// @param signature signatures of 65 bytes (r, s, v) one after the other, each by another member, in ascending order of
    /// their addresses; each must be valid, and there must be at least as many as the threshold
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);
    /// @notice The members, in ascending order, and how many of them must sign.
    function board() external view returns (address[] memory members, uint8 threshold);
}
