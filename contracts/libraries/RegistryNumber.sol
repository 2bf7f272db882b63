// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title RegistryNumber: one spelling for each number of a trial registry
/// @notice A number is 4 to 32 ASCII characters out of A–Z, 0–9, '-' and '/', left-aligned, zero bytes behind. Numbers
/// of ClinicalTrials.gov, ISRCTN, EudraCT and CTIS have a fixed shape besides; all others are letters, then what their
/// registry puts behind the letters, with a digit somewhere. So a number has no second spelling to hide a claim under.
library RegistryNumber {
    /// @notice Thrown when a number is not in its one normal spelling.
    error RegistryIdNotNormal(bytes32 registryId);

    /// @notice Reverts unless `number` is spelled in the normal way.
    function requireNormal(bytes32 number) internal pure {
        uint256 length = _length(number);
        if (length < 4) revert RegistryIdNotNormal(number);
        bool normal = true;
        if (bytes3(number) == "NCT") {
            normal = _matches(number, "NCT99999999");
        } else if (bytes6(number) == "ISRCTN") {
            normal = _matches(number, "ISRCTN99999999");
        } else if (_isDigit(number[0])) {
            // CTIS 2022-500123-12-00; EudraCT 2020-002641-42, whose sequences stay below 500000
            normal = number[5] == "5" ? _matches(number, "9999-999999-99-99") : _matches(number, "9999-999999-99");
        } else {
            normal = _startsAsItsRegistrys(number, length);
        }
        if (!normal) revert RegistryIdNotNormal(number);
    }

    /// @dev Whether a number begins with letters that are its registry's own, followed by what that registry puts there.
    function _startsAsItsRegistrys(bytes32 number, uint256 length) private pure returns (bool) {
        uint256 letters = 0;
        while (letters < length && number[letters] >= "A") ++letters;
        bool hasDigit = false;
        for (uint256 i = letters; i < length; ++i) hasDigit = hasDigit || _isDigit(number[i]);
        if (letters == 0 || !hasDigit) return false;
        bytes32 prefix = number & ~bytes32(type(uint256).max >> (8 * letters));
        bytes1 next = number[letters];
        // Other spellings of European and Japanese numbers, which portals print.
        if (prefix == "EUCTR" || prefix == "EUDRACT" || prefix == "EUCT" || prefix == "CTIS" || prefix == "JPRN") {
            return false;
        }
        if (prefix == "CTRI" || prefix == "SLCTR") return next == "/";
        if (prefix == "RBR" || prefix == "PER" || prefix == "NL") return next == "-";
        bool digitsFollow =
            prefix == "ACTRN" ||
                prefix == "DRKS" ||
                prefix == "IRCT" ||
                prefix == "ITMCTR" ||
                prefix == "JRCT" ||
                prefix == "KCT" ||
                prefix == "LBCTR" ||
                prefix == "NTR" ||
                prefix == "PACTR" ||
                prefix == "RPCEC" ||
                prefix == "TCTR" ||
                prefix == "UMIN";
        return !digitsFollow || _isDigit(next);
    }

    /// @dev The count of characters; reverts at a character that no number has, or after a zero byte.
    function _length(bytes32 number) private pure returns (uint256 length) {
        while (length < 32 && number[length] != 0) {
            bytes1 c = number[length];
            if (!_isDigit(c) && !(c >= "A" && c <= "Z") && c != "-" && c != "/") revert RegistryIdNotNormal(number);
            length += 1;
        }
        if (length < 32 && uint256(number) << (8 * length) != 0) revert RegistryIdNotNormal(number);
    }

    /// @dev Whether `number` has the shape of `pattern`, in which 9 stands for any digit.
    function _matches(bytes32 number, bytes32 pattern) private pure returns (bool) {
        for (uint256 i = 0; i < 32; ++i) {
            if (pattern[i] == "9" ? !_isDigit(number[i]) : number[i] != pattern[i]) return false;
        }
        return true;
    }

    function _isDigit(bytes1 c) private pure returns (bool) {
        return c >= "0" && c <= "9";
    }
}
