// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IBoardAccount} from "./interfaces/IBoardAccount.sol";

/// @title BoardAccount
/// @notice See `IBoardAccount`. This contract is the code of every board; a board is a clone of it, made by `BoardAccounts`,
/// that carries its members and threshold behind its own code. It has no storage.
contract BoardAccount is IBoardAccount {
    uint256 private constant _SIGNATURE = 65;

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address[] memory members, uint8 threshold) = board();
        uint256 signed = signature.length / _SIGNATURE;
        if (signed < threshold || signature.length % _SIGNATURE != 0) return 0xffffffff;
        uint256 next = 0; // the member that is looked at
        for (uint256 i = 0; i < signed; ++i) {
            bytes calldata one = signature[i * _SIGNATURE:(i + 1) * _SIGNATURE];
            (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(hash, one);
            if (failure != ECDSA.RecoverError.NoError) return 0xffffffff;
            while (next < members.length && members[next] != signer) ++next;
            if (next == members.length) return 0xffffffff;
            ++next; // nobody signs twice
        }
        return IERC1271.isValidSignature.selector;
    }

    /// @inheritdoc IBoardAccount
    function board() public view returns (address[] memory members, uint8 threshold) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (address[], uint8));
    }
}
