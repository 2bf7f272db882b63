// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Authorization} from "./Types.sol";

/// @title IRelayed: an act signed by one key may be sent, and paid for, by anybody
/// @notice Every act is one function, called by its key or through `relay` with the key's signature. What is signed is
/// EIP-712 typed data: the members of the act's struct, ids as bytes32, then `address signer, uint256 nonce, uint64
/// deadline`. The domain has this contract's name, version 1, the chain id and this contract's address.
interface IRelayed {
    /// @notice Emitted when a key gave up a nonce, so that what it signed with it can no longer be sent.
    event NonceCancelled(address indexed key, uint256 indexed nonce);

    /// @notice Thrown when calldata is not that of an act that can be relayed.
    error ActNotRelayable(bytes act);
    /// @notice Thrown when the deadline (Unix seconds) of a signed act has passed.
    error SignatureExpired(uint64 deadline);
    /// @notice Thrown when the signature is not this key's over this act, nonce and deadline.
    error SignatureNotValid(address key);
    /// @notice Thrown when a key's nonce was used or cancelled before.
    error NonceUsed(address key, uint256 nonce);

    /// @notice Carries out an act for the key that signed its EIP-712 typed data.
    /// @param act the calldata of the act's function
    /// @param authorization who signed, with which nonce, until when
    /// @return result what the act's function returns, ABI-encoded
    function relay(bytes calldata act, Authorization calldata authorization) external returns (bytes memory result);
    /// @notice Gives up a nonce of the calling key.
    function cancelNonce(uint256 nonce) external;
    /// @notice Whether a key's nonce was used or cancelled.
    function nonceUsed(address key, uint256 nonce) external view returns (bool);
    /// @notice The EIP-712 domain separator on this chain.
    function domainSeparator() external view returns (bytes32);
}
