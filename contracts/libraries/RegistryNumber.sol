// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title RegistryNumber: the fold under which the numbers of trial registries are kept
/// @notice A number is 1 to 32 printable ASCII characters, left-aligned, zero bytes behind. Its fold has the letters, in
/// upper case, and the digits 1 to 9, in their order; zeros and all other characters are left out. So every spelling of
/// a number has one fold. Different numbers may share it: which of them are one number is for the reader to say, who
/// has each as it was stated.
library RegistryNumber {
    /// @dev A bit for each character that a fold keeps: 1 to 9, A to Z, a to z.
    uint256 private constant _KEPT = (0x1ff << 0x31) | (0x3ffffff << 0x41) | (0x3ffffff << 0x61);

    /// @notice Thrown when a number has a character that is not printable ASCII, or a zero byte before its end.
    error RegistryIdNotText(bytes32 registryId);
    /// @notice Thrown when nothing is left of a number in its fold.
    error RegistryIdEmpty(bytes32 registryId);

    /// @notice The fold of a number, left-aligned, zero bytes behind.
    function fold(bytes32 number) internal pure returns (bytes32 folded) {
        uint256 rest = uint256(number);
        uint256 kept = 0;
        uint256 free = 256; // bits of the fold that are not taken
        unchecked {
            while (rest != 0) {
                uint256 c = rest >> 248;
                if (c < 0x20 || c > 0x7e) revert RegistryIdNotText(number);
                if ((_KEPT >> c) & 1 != 0) {
                    free -= 8;
                    // Small letters have the bit 0x20 more than capitals; digits have it too, and keep it.
                    kept |= (c > 0x60 ? c ^ 0x20 : c) << free;
                }
                rest <<= 8;
            }
        }
        if (kept == 0) revert RegistryIdEmpty(number);
        return bytes32(kept);
    }
}
