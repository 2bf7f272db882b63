// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IBoardAccount} from "./interfaces/IBoardAccount.sol";
import {IBoardAccounts} from "./interfaces/IBoardAccounts.sol";

/// @title BoardAccounts
/// @notice See `IBoardAccounts`.
contract BoardAccounts is IBoardAccounts {
    /// @notice The code of every board.
    IBoardAccount public immutable BOARD_ACCOUNT;

    /// @param boardAccount the `BoardAccount` contract of this chain
    constructor(IBoardAccount boardAccount) {
        BOARD_ACCOUNT = boardAccount;
    }

    /// @inheritdoc IBoardAccounts
    function create(address[] calldata members, uint8 threshold) external returns (address account) {
        account = accountOf(members, threshold);
        if (account.code.length != 0) return account;
        Clones.cloneDeterministicWithImmutableArgs(address(BOARD_ACCOUNT), abi.encode(members, threshold), 0);
        emit BoardAccountCreated(account, members, threshold);
    }

    /// @inheritdoc IBoardAccounts
    function accountOf(address[] calldata members, uint8 threshold) public view returns (address) {
        if (threshold == 0 || threshold > members.length) revert ThresholdOutOfRange(threshold, members.length);
        address before = address(0);
        for (uint256 i = 0; i < members.length; ++i) {
            if (members[i] <= before) revert MembersNotAscending(before, members[i]);
            before = members[i];
        }
        bytes memory arguments = abi.encode(members, threshold);
        return Clones.predictDeterministicAddressWithImmutableArgs(address(BOARD_ACCOUNT), arguments, 0);
    }
}
