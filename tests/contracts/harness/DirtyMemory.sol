// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PartyId} from "../../../contracts/interfaces/Types.sol";
import {RFC9162} from "../../../contracts/libraries/RFC9162.sol";
import {Rolling} from "../../../contracts/libraries/Rolling.sol";

/// @title DirtyMemory: calls each piece of assembly where memory beyond the free pointer, and the scratch space, are not zero
/// @notice Each function answers what the library does, and whether nothing that belongs to others was touched.
contract DirtyMemory {
    uint256 private constant _WORDS = 128;

    /// @notice `Rolling.step`.
    function step(
        bytes32 before,
        PartyId author,
        bytes32 digest,
        bytes32 dirt
    ) external view returns (bytes32 stepped, bool untouched) {
        bytes memory guard = _spoil(dirt);
        uint256 free = _free();
        stepped = Rolling.step(before, author, digest);
        untouched = _free() == free && _isWhole(guard, dirt);
    }

    /// @notice `Rolling.write`.
    function write(bytes memory log, bytes32 dirt) external returns (bytes32 digest, bool untouched) {
        bytes32 given = keccak256(log);
        bytes memory guard = _spoil(dirt);
        uint256 free = _free();
        digest = Rolling.write(log);
        untouched = _free() == free && _isWhole(guard, dirt) && keccak256(log) == given;
    }

    /// @notice `RFC9162.rootOf`.
    function rootOf(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata proof,
        bytes32 dirt
    ) external view returns (bytes32 root, bool untouched) {
        bytes memory guard = _spoil(dirt);
        uint256 free = _free();
        root = RFC9162.rootOf(leaf, index, size, proof);
        untouched = _free() == free && _isWhole(guard, dirt);
    }

    /// @notice `RFC9162.rootsOf`.
    function rootsOf(
        uint256 oldSize,
        uint256 newSize,
        bytes32 oldRoot,
        bytes32[] calldata proof,
        bytes32 dirt
    ) external view returns (bytes32 oldReached, bytes32 newReached, bool untouched) {
        bytes memory guard = _spoil(dirt);
        uint256 free = _free();
        (oldReached, newReached) = RFC9162.rootsOf(oldSize, newSize, oldRoot, proof);
        untouched = _free() == free && _isWhole(guard, dirt);
    }

    /// @dev Fills a piece of memory of its own, what lies beyond the free pointer, and the scratch space.
    function _spoil(bytes32 dirt) private pure returns (bytes memory guard) {
        guard = abi.encodePacked(dirt, dirt, dirt);
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let i := 0
            } lt(i, _WORDS) {
                i := add(i, 1)
            } {
                mstore(add(free, shl(5, i)), dirt)
            }
            mstore(0x00, dirt)
            mstore(0x20, dirt)
        }
    }

    /// @dev Whether the piece of memory is as it was, and the zero word still zero.
    function _isWhole(bytes memory guard, bytes32 dirt) private pure returns (bool whole) {
        uint256 zero;
        assembly ("memory-safe") {
            zero := mload(0x60)
        }
        return zero == 0 && keccak256(guard) == keccak256(abi.encodePacked(dirt, dirt, dirt));
    }

    function _free() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }
}
