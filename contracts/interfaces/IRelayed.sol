// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Authorization, Item} from "./Types.sol";

/// @title IRelayed: an act signed by one key may be sent, and paid for, by anybody; and many acts at once
/// @notice Every act is one function, called by its key or through `relay` with the key's signature. What is signed is
/// EIP-712 typed data: the members of the act's struct, ids as bytes32, then `address signer, uint256 nonce, uint64
/// deadline`. The domain has this contract's name, version 1, the chain id and this contract's address.
interface IRelayed {
    /// @notice Emitted when a key gave up a nonce, so that what it signed with it can no longer be sent.
    event NonceCancelled(address indexed key, uint256 indexed nonce);
    /// @notice Emitted when an act of a batch was refused: who sent the batch, the act's place in it, from 0, and the first
    /// 256 bytes of the error.
    event ActRefused(address indexed sender, uint256 indexed place, bytes reason);

    /// @notice Thrown when calldata is not that of an act that can be relayed.
    error ActNotRelayable(bytes act);
    /// @notice Thrown when the deadline (Unix seconds) of a signed act has passed.
    error SignatureExpired(uint64 deadline);
    /// @notice Thrown when the signature is not this key's over this act, nonce and deadline.
    error SignatureNotValid(address key);
    /// @notice Thrown when a key's nonce was used or cancelled before.
    error NonceUsed(address key, uint256 nonce);
    /// @notice Thrown when what is left of a batch's gas does not cover that of the act in this place, and its report.
    error GasTooLittle(uint256 place);
    /// @notice Thrown when the act in this place of a batch is a batch.
    error BatchInBatch(uint256 place);

    /// @notice Carries out an act for the key that signed its EIP-712 typed data, by ECDSA, or by ERC-1271 if the key is a
    /// contract.
    /// @param act the calldata of the act's function
    /// @param authorization who signed, with which nonce, until when
    /// @return result what the act's function returns, ABI-encoded
    function relay(bytes calldata act, Authorization calldata authorization) external returns (bytes memory result);
    /// @notice Carries out acts one after the other, each with the gas that its item names, no more: so none can take the
    /// others down. One that is refused is reported by `ActRefused`, and the others stand. If the gas left does not cover
    /// an item, nothing of the batch stands. A batch is not an act: it cannot be in a batch, nor be signed and relayed.
    function batch(Item[] calldata items) external;
    /// @notice Gives up a nonce of the calling key.
    function cancelNonce(uint256 nonce) external;
    /// @notice Whether a key's nonce was used or cancelled.
    function nonceUsed(address key, uint256 nonce) external view returns (bool);
    /// @notice The EIP-712 domain separator on this chain.
    function domainSeparator() external view returns (bytes32);
}
