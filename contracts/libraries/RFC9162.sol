// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title RFC9162: Merkle trees of Certificate Transparency, version 2.0
/// @notice SHA-256 by the precompile at address 2. A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right)
/// (RFC 9162, section 2.1.1), so that no node can pass for a leaf.
library RFC9162 {
    /// @notice Thrown when a leaf's index is not below the size of its tree.
    error IndexOutsideTree(uint256 index, uint256 size);
    /// @notice Thrown when a proof has not as many nodes as the path of its leaf.
    error ProofLength(uint256 given);

    /// @notice The root of the tree of `size` entries in which this proof shows `leaf` to be entry `index`. The caller
    /// compares root and size with those it trusts.
    /// @dev RFC 9162, section 2.1.3.2, step by step. `leaf` is a leaf hash. With the size fixed, the proof's length and
    /// turns are fixed by the index, so that an inner node cannot be passed off as a leaf.
    function rootOf(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata proof
    ) internal view returns (bytes32 r) {
        if (index >= size) revert IndexOutsideTree(index, size); // step 1
        uint256 fn = index; // step 2
        uint256 sn = size - 1;
        r = leaf; // step 3
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) revert ProofLength(proof.length); // step 4
            bytes32 p = proof[i];
            if (fn & 1 == 1 || fn == sn) {
                r = node(p, r);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = node(r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        if (sn != 0) revert ProofLength(proof.length); // step 5, but for the comparison
    }

    /// @notice SHA-256(0x01 ‖ left ‖ right).
    function node(bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            // 65 bytes beyond the free memory pointer; nothing is kept there.
            let p := mload(0x40)
            mstore8(p, 0x01)
            mstore(add(p, 0x01), left)
            mstore(add(p, 0x21), right)
            // The precompile fails only for want of gas, of which the caller keeps too little to go on.
            if iszero(staticcall(gas(), 2, p, 0x41, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }
}
