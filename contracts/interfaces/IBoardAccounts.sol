// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IBoardAccounts: makes accounts that sign for a board (see `IBoardAccount`)
/// @notice A board's address follows from its members and threshold, so that it is the same on every chain, and can be
/// named as a key before the account is made.
interface IBoardAccounts {
    /// @notice Emitted when an account was made.
    event BoardAccountCreated(address indexed account, address[] members, uint8 threshold);

    /// @notice Thrown when no member, or more members than there are, would have to sign.
    error ThresholdOutOfRange(uint8 threshold, uint256 members);
    /// @notice Thrown when a member does not come after the one before it: none is zero, none is named twice.
    error MembersNotAscending(address before, address member);

    /// @notice Makes the account of a board; does nothing if it is there.
    /// @param members in ascending order
    /// @param threshold how many of them must sign
    function create(address[] calldata members, uint8 threshold) external returns (address account);
    /// @notice The address of a board's account, made or not.
    function accountOf(address[] calldata members, uint8 threshold) external view returns (address);
}
