// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title RFC9162: Merkle trees of Certificate Transparency, version 2.0
/// @notice SHA-256 by the precompile at address 2. A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right)
/// (RFC 9162, section 2.1.1), so that no node can pass for a leaf.
library RFC9162 {
    /// @notice Thrown when a leaf's index is not below the size of its tree.
    error IndexOutsideTree(uint256 index, uint256 size);
    /// @notice Thrown when a proof has not as many nodes as the path of its leaf, or as the way between its two trees.
    error ProofLength(uint256 given);
    /// @notice Thrown when of two trees the old one is empty, or not smaller than the new one.
    error SizesOutOfOrder(uint256 oldSize, uint256 newSize);

    /// @notice The root of the tree of `size` entries in which this proof shows `leaf` to be entry `index`. The caller
    /// compares root and size with those it trusts.
    /// @dev RFC 9162, section 2.1.3.2. `leaf` is a leaf hash. With the size fixed, the proof's length and turns are fixed
    /// by the index, so that an inner node cannot be passed off as a leaf.
    function rootOf(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata proof
    ) internal view returns (bytes32 r) {
        if (index >= size) revert IndexOutsideTree(index, size); // step 1
        uint256 sn; // step 2, with `index` as fn
        unchecked {
            sn = size - 1;
        }
        r = leaf; // step 3
        assembly ("memory-safe") {
            // The 65 bytes of a node, beyond the free memory pointer: 0x01, left, right. Nothing is kept there.
            let buffer := mload(0x40)
            mstore8(buffer, 0x01)
            let next := proof.offset
            let end := add(next, shl(5, proof.length))
            for {} mul(sn, lt(next, end)) {} {
                // step 4, until the root or the end of the proof is reached
                // r is the right child if fn is odd, or the last of its level.
                let right := or(and(index, 1), eq(index, sn))
                mstore(add(add(buffer, 0x01), shl(5, right)), r)
                mstore(sub(add(buffer, 0x21), shl(5, right)), calldataload(next))
                // The precompile fails only for want of gas, of which the caller keeps too little to go on.
                if iszero(staticcall(gas(), 2, buffer, 0x41, 0x00, 0x20)) {
                    revert(0, 0)
                }
                r := mload(0x00)
                if right {
                    // The last of a level without sibling goes up as it is.
                    for {} iszero(or(and(index, 1), iszero(index))) {} {
                        index := shr(1, index)
                        sn := shr(1, sn)
                    }
                }
                index := shr(1, index)
                sn := shr(1, sn)
                next := add(next, 0x20)
            }
            sn := or(sn, lt(next, end))
        }
        if (sn != 0) revert ProofLength(proof.length); // step 5, but for the comparison
    }

    /// @notice The roots of the trees of `oldSize` and `newSize` entries that this proof shows, of which the first `oldSize`
    /// entries are the same. The caller compares both roots with those it trusts.
    /// @dev RFC 9162, section 2.1.4.2. With both sizes fixed, the proof's length and turns are fixed too. Where the old tree
    /// is a complete one, the proof begins with its root, which is known and left out: `oldRoot` stands in for it, and
    /// counts for nothing otherwise.
    function rootsOf(
        uint256 oldSize,
        uint256 newSize,
        bytes32 oldRoot,
        bytes32[] calldata proof
    ) internal view returns (bytes32 fr, bytes32 sr) {
        if (oldSize == 0 || oldSize >= newSize) revert SizesOutOfOrder(oldSize, newSize);
        (uint256 fn, uint256 sn) = (oldSize - 1, newSize - 1); // step 3
        fr = oldRoot; // step 2
        uint256 used = 0;
        if (oldSize & fn != 0) {
            if (proof.length == 0) revert ProofLength(0); // step 1
            (fr, used) = (proof[0], 1);
        }
        while (fn & 1 != 0) (fn, sn) = (fn >> 1, sn >> 1); // step 4
        sr = fr; // step 5
        assembly ("memory-safe") {
            function node(left, right) -> hash {
                let buffer := mload(0x40) // as in `rootOf`
                mstore8(buffer, 0x01)
                mstore(add(buffer, 0x01), left)
                mstore(add(buffer, 0x21), right)
                if iszero(staticcall(gas(), 2, buffer, 0x41, 0x00, 0x20)) {
                    revert(0, 0)
                }
                hash := mload(0x00)
            }
            let next := add(proof.offset, shl(5, used))
            let end := add(proof.offset, shl(5, proof.length))
            for {} mul(sn, lt(next, end)) {} {
                // step 6, until the new root (a) or the end of the proof is reached
                let c := calldataload(next)
                switch or(and(fn, 1), eq(fn, sn))
                case 1 {
                    fr := node(c, fr) // b i
                    sr := node(c, sr) // b ii
                    for {} iszero(or(and(fn, 1), iszero(fn))) {} {
                        fn := shr(1, fn) // b iii: the last of a level without sibling goes up as it is
                        sn := shr(1, sn)
                    }
                }
                default {
                    sr := node(sr, c) // what lies to the right is new
                }
                fn := shr(1, fn) // c
                sn := shr(1, sn)
                next := add(next, 0x20)
            }
            sn := or(sn, lt(next, end))
        }
        if (sn != 0) revert ProofLength(proof.length); // step 7, but for the comparisons
    }
}
