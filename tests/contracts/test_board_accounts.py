"""Accounts of boards: enough of their members sign, and nothing else counts."""

from __future__ import annotations

from typing import Any

import brownie
import pytest
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from .chain import log_of, raw, rpc
from .signing import FAR, board_signature, local_key, signed, typed_data
from .stage import ACT, ALL, MANAGE, NOBODY, WEEK, Party, Stage, address, creation, digest, found, party_id, trial_id

MEMBERS = sorted((local_key(f"board member {number}") for number in range(3)), key=lambda one: raw(one.address))
ADDRESSES = [member.address for member in MEMBERS]
MAGIC, NO = "0x1626ba7e", "0xffffffff"


@pytest.fixture(scope="module")
def boards(stage: Stage, module_starts_from_the_stage: None) -> Any:
    """The contract that makes accounts of boards."""
    project, payer = brownie.project.get_loaded_projects()[0], {"from": stage.outsider}
    return project.BoardAccounts.deploy(project.BoardAccount.deploy(payer), payer)


@pytest.fixture
def board(stage: Stage, boards: Any) -> Any:
    """A board of three, two of whom must sign, as a key of the sponsor beside its managing keys."""
    return found_board(stage, boards)


def account(boards: Any, members: list[str], threshold: int) -> Any:
    """The account of a board, made if it is not there."""
    boards.create(members, threshold, {"from": brownie.accounts[9]})
    return at(boards.accountOf(members, threshold))


def at(place: str) -> Any:
    return brownie.Contract.from_abi("BoardAccount", place, brownie.project.get_loaded_projects()[0].BoardAccount.abi)


def found_board(stage: Stage, boards: Any, threshold: int = 2) -> Any:
    made = account(boards, ADDRESSES, threshold)
    stage.parties.addKey((stage.sponsor.id, made.address, ACT), {"from": stage.sponsor.key})
    return made


def milestone(stage: Stage, **changes: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    return stage.registry, stage.registry.recordMilestone, (stage.milestone(**changes),)


def refusal(stage: Stage, contract: Any, act: bytes, authorization: tuple[Any, ...], **how: Any) -> Any:
    return stage.refusal(contract.relay, act, authorization, by=stage.stranger.key, **how)


def board_act(stage: Stage, board: Any, members: list[LocalAccount], nonce: int = 0, **changes: Any) -> tuple[Any, ...]:
    return signed_by(board, members, *milestone(stage, **changes), nonce=nonce)


def signed_by(
    board: Any, members: list[LocalAccount], contract: Any, function: Any, arguments: Any, nonce: int = 0
) -> tuple[Any, ...]:
    """The two arguments of `relay` for an act of the board."""
    message = typed_data(contract, function, arguments[0], board.address, nonce)
    signature = board_signature(message, members)
    return raw(function.encode_input(*arguments)), (board.address, nonce, FAR, signature)


# ----- what an account is -----


def test_an_account_tells_its_members_and_threshold(boards: Any) -> None:
    for members, threshold in ((ADDRESSES, 2), (ADDRESSES, 3), (ADDRESSES[:1], 1)):
        assert account(boards, members, threshold).board() == (members, threshold)


def test_an_account_lies_where_its_members_and_threshold_say(boards: Any, stage: Stage) -> None:
    """By CREATE2, whoever makes it, so that it can be named as a key before it is made, and on every chain."""
    places = {boards.accountOf(members, threshold) for members in (ADDRESSES, ADDRESSES[:2]) for threshold in (1, 2)}
    assert len(places) == 4
    before = boards.accountOf(ADDRESSES, 2)
    assert rpc("eth_getCode", before, "latest") == "0x"
    sent = boards.create(ADDRESSES, 2, {"from": stage.stranger.key})
    assert sent.return_value == before == sent.events["BoardAccountCreated"]["account"]
    assert sent.events["BoardAccountCreated"]["members"] == ADDRESSES


def test_making_it_again_changes_nothing(boards: Any, stage: Stage) -> None:
    """Nor does somebody who makes it first block whoever wanted to."""
    first = boards.create(ADDRESSES, 2, {"from": stage.stranger.key})
    again = boards.create(ADDRESSES, 2, {"from": stage.outsider})
    assert again.return_value == first.return_value and "BoardAccountCreated" not in again.events


def test_members_are_ascending_and_enough(boards: Any, stage: Stage) -> None:
    a, b, c = ADDRESSES
    errors = {
        keccak(text="ThresholdOutOfRange(uint8,uint256)")[:4]: "threshold",
        keccak(text="MembersNotAscending(address,address)")[:4]: "order",
    }
    cases: tuple[tuple[list[str], int, str | None], ...] = (
        ([], 0, "threshold"), ([a], 0, "threshold"), ([a, b], 3, "threshold"), ([], 1, "threshold"),
        ([b, a], 1, "order"), ([a, a], 2, "order"), ([a, c, b], 2, "order"), ([NOBODY, a], 1, "order"),
        ([a, b, c], 3, None),
    )  # fmt: skip
    for members, threshold, expected in cases:
        for function in (boards.create, boards.accountOf):
            call = {"to": boards.address, "data": function.encode_input(members, threshold)}
            answer = brownie.web3.provider.make_request("eth_call", [call, "latest"])
            found = errors[raw(answer["error"]["data"])[:4]] if "error" in answer else None
            assert found == expected


def test_an_account_holds_nothing_and_does_nothing(boards: Any) -> None:
    board = account(boards, ADDRESSES, 2)
    changing = [item for item in board.abi if item.get("stateMutability") not in ("view", "pure")]
    assert not [item for item in changing if item["type"] == "function"]
    call = {"from": str(brownie.accounts[0]), "to": board.address, "value": "0x1"}
    assert "error" in brownie.web3.provider.make_request("eth_call", [call, "latest"])


def test_what_it_answers_to_anything_that_was_signed(boards: Any) -> None:
    hash_ = digest("anything")
    one, two, three = (bytes(member.unsafe_sign_hash(hash_).signature) for member in MEMBERS)
    stranger = bytes(local_key("thief").unsafe_sign_hash(hash_).signature)
    other = bytes(MEMBERS[1].unsafe_sign_hash(digest("something else")).signature)
    board = account(boards, ADDRESSES, 2)
    for signature, expected in (
        (one + two, MAGIC), (one + three, MAGIC), (two + three, MAGIC), (one + two + three, MAGIC),
        (b"", NO), (one, NO), (one + one, NO), (two + one, NO), (one + three + two, NO), (one + other, NO),
        (one + stranger, NO), (one + two + stranger, NO), (stranger + one + two, NO), (one + two + two, NO),
        (one + two + b"\0", NO), ((one + two)[:-1], NO), (one + bytes(65), NO), (bytes(130), NO),
    ):  # fmt: skip
        assert str(board.isValidSignature(hash_, signature)) == expected


def test_the_code_of_all_boards_is_itself_no_board(boards: Any) -> None:
    """Behind its code lie no members, so that nobody signs for it."""
    code = at(boards.BOARD_ACCOUNT())
    for signature in (b"", bytes(65)):
        call = {"to": code.address, "data": code.isValidSignature.encode_input(digest("anything"), signature)}
        answer = brownie.web3.provider.make_request("eth_call", [call, "latest"])
        assert "error" in answer or not answer["result"].startswith(MAGIC)


# ----- a board as a key -----


def test_two_of_three_members_act_for_the_board(stage: Stage, board: Any) -> None:
    for nonce, members in enumerate((MEMBERS[:2], MEMBERS[1:], [MEMBERS[0], MEMBERS[2]], MEMBERS)):
        logs = stage.send(stage.registry.relay, *board_act(stage, board, members, nonce), by=stage.stranger.key)["logs"]
        assert logs[0]["data"][2 + 24 : 2 + 64] == board.address[2:].lower()
    assert stage.state().acts == 1 + 4


def test_the_board_creates_a_party_of_its_own(stage: Stage, board: Any) -> None:
    struct = creation("board's salt")
    function = stage.parties.createParty
    message = typed_data(stage.parties, function, struct, board.address, 0)
    authorization = (board.address, 0, FAR, board_signature(message, MEMBERS[:2]))
    stage.parties.relay(function.encode_input(struct), authorization, {"from": stage.stranger.key})
    assert stage.parties.keyValidAt(party_id(board, struct[0]), board, ALL, stage.now)


def test_one_member_or_strangers_do_not_act_for_the_board(stage: Stage, board: Any) -> None:
    thief = local_key("thief")
    for members in ([], MEMBERS[:1], [MEMBERS[0], MEMBERS[0]], [MEMBERS[0], thief], [thief, local_key("thief 2")]):
        refused = refusal(stage, stage.registry, *board_act(stage, board, members))
        assert refused == ("SignatureNotValid", address(board)), members


def test_a_members_plain_signature_is_not_the_boards(stage: Stage, board: Any) -> None:
    calldata, (_, nonce, deadline, _) = signed(*milestone(stage), MEMBERS[0])
    message = typed_data(stage.registry, stage.registry.recordMilestone, stage.milestone(), board.address, 0)
    plain = bytes(MEMBERS[0].sign_message(message).signature)
    refused = refusal(stage, stage.registry, calldata, (board.address, nonce, deadline, plain))
    assert refused == ("SignatureNotValid", address(board))


def test_what_a_member_signs_for_the_board_is_not_its_own_act(stage: Stage, board: Any) -> None:
    """The member is a key of the same party; its half of the board's signature is published with the first attempt."""
    stage.parties.addKey((stage.sponsor.id, MEMBERS[0].address, ACT), {"from": stage.sponsor.key})
    message = typed_data(stage.registry, stage.registry.recordMilestone, stage.milestone(), board.address, 0)
    half = bytes(MEMBERS[0].sign_message(message).signature)
    act = raw(stage.registry.recordMilestone.encode_input(stage.milestone()))
    refused = refusal(stage, stage.registry, act, (MEMBERS[0].address, 0, FAR, half))
    assert refused == ("SignatureNotValid", address(MEMBERS[0].address))


def test_what_members_sign_for_one_board_is_not_another_boards_act(stage: Stage, boards: Any, board: Any) -> None:
    """Two boards of the same members, both keys of the same party: one act signed, one act done."""
    twin = found_board(stage, boards, threshold=1)
    act, (_, nonce, deadline, signature) = board_act(stage, board, MEMBERS)
    stage.registry.relay(act, (board.address, nonce, deadline, signature), {"from": stage.stranger.key})
    refused = refusal(stage, stage.registry, act, (twin.address, nonce, deadline, signature))
    assert refused == ("SignatureNotValid", address(twin))


def test_a_board_signs_exactly_one_act(stage: Stage, board: Any) -> None:
    act, authorization = board_act(stage, board, MEMBERS[:2])
    other = raw(stage.registry.recordMilestone.encode_input(stage.milestone(part=2)))
    assert refusal(stage, stage.registry, other, authorization) == ("SignatureNotValid", address(board))
    stage.registry.relay(act, authorization, {"from": stage.stranger.key})
    assert refusal(stage, stage.registry, act, authorization) == ("NonceUsed", address(board), 0)


def test_a_board_whose_key_was_revoked(stage: Stage, board: Any) -> None:
    stage.parties.revokeKey((stage.sponsor.id, board.address), {"from": stage.sponsor.key})
    refused = refusal(stage, stage.registry, *board_act(stage, board, MEMBERS[:2]))
    assert refused == ("KeyNotValid", stage.sponsor.id, address(board), ACT)


def test_a_party_whose_only_managing_key_is_a_board(stage: Stage, boards: Any) -> None:
    """Two members found it, add a key, and give a trial away; each alone does none of that, and sends nothing."""
    board, clerk = account(boards, ADDRESSES, 2), stage.clerk.address
    party = Party(party_id(board, digest("a board's party")), board)
    parties, registry = stage.parties, stage.registry
    acts: list[tuple[Any, Any, Any]] = [
        (parties, parties.createParty, (creation("a board's party"),)),
        (parties, parties.addKey, ((party.id, clerk, ACT),)),
        (registry, registry.register, (stage.registration(party),)),
        (registry, registry.offerTransfer, (stage.offer(stage.cro, party, trial_id(party)),)),
        (parties, parties.declareCompromise, ((party.id, clerk, 1000),)),
        (parties, parties.contestCompromise, ((party.id, clerk),)),
        (parties, parties.revokeKey, ((party.id, clerk),)),
    ]
    for nonce, (contract, *act) in enumerate(acts):
        stage.wait_until(stage.now + 1)
        alone = signed_by(board, MEMBERS[:1], contract, *act, nonce=nonce)
        assert refusal(stage, contract, *alone) == ("SignatureNotValid", address(board))
        pair = [MEMBERS[nonce % 3], MEMBERS[(nonce + 1) % 3]]
        relayed = signed_by(board, pair, contract, *act, nonce=nonce)
        stage.send(contract.relay, *relayed, by=stage.stranger.key)
    taken = stage.acceptance(stage.cro, trial_id(party), party)
    registry.acceptTransfer(taken, {"from": stage.cro.key})
    assert stage.state(trial_id(party)).sponsor == stage.cro.id


def test_a_board_beside_another_managing_key_vetoes(stage: Stage, boards: Any) -> None:
    board = account(boards, ADDRESSES, 2)
    party = found(stage.parties, stage.outsider, "two keys", second=board.address)
    stage.wait_until(stage.now + WEEK)
    stage.parties.revokeKey((party.id, board.address), {"from": stage.outsider})
    veto = (stage.parties, stage.parties.vetoKey, ((party.id, board.address),))
    relayed = signed_by(board, MEMBERS[1:], *veto)
    log = log_of(stage.send(stage.parties.relay, *relayed, by=stage.cro.key)["logs"][0])
    assert log[0] == raw(stage.parties.topics["KeyVetoed"])
    assert stage.parties.keyValidAt(party.id, board, MANAGE, stage.now + 2 * WEEK)
