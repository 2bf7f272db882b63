"""Numbers of people are found as countries write them, and what trials number is not taken for one."""

from __future__ import annotations

import random

import pytest

from trialseal.documents.national_numbers import national_number

# Examples that the issuing countries or python-stdnum print; nobody's.
PEOPLE = {
    "943 476 5870": "NHS",
    "2 95 10 99 126 111 93": "French",
    "RCCMNL83S18D969H": "codice fiscale",
    "54362315-K": "DNI",
    "131052-308T": "Finnish",
    "131052A308T": "Finnish",
    "880320-0016": "Swedish",
    "211062-5629": "Danish",
    "450401-3150": "kennitala",
    "151086 95088": "Norwegian",
    "85.07.30-033.28": "Belgian",
    "85 07 30 033 28": "Belgian",
    "756.9217.0769.85": "Swiss",
    "1237 010180": "Austrian",
    "36 574 261 809": "German",
    "710319/2745": "Czech",
    "390.533.447-05": "CPF",
    "12.531.909-2": "RUT",
    "BOXW310820HNERXN09": "CURP",
    "360426199101010071": "Chinese",
    "971013-9019902": "Korean",
    "34201-0891231-8": "Pakistani",
    "1-2345-45678-78-1": "Thai",
    "750330 5044 08 9": "South African",
    "44051401359": "PESEL",
    "536-90-4399": "US",
}


@pytest.mark.parametrize("number", PEOPLE)
def test_a_number_is_found_in_a_sentence(number: str) -> None:
    found = national_number(f"seen as {number}, at home")
    assert found is not None and PEOPLE[number] in found.name
    assert found.text == number


SHAPES = (
    "########", "##########", "#############", "################", "###-####", "##-###-####", "###-###-####",
    "X#######", "######-##-####", "#####-###", "C4591001 #### ########", "X#######A", "##################",
    "###-#######-#", "#### #### ####", "#### ######",
)  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_trials_number_is_no_person_s_number(shape: str) -> None:
    """Participants, kits, lots and products: fewer than one in 200 of any such shape."""
    chance = random.Random(shape)
    numbers = ["".join(chance.choice("0123456789") if sign == "#" else sign for sign in shape) for _ in range(5_000)]
    assert sum(national_number(one) is not None for one in numbers) < 25  # of 5,000


def test_a_place_that_is_no_longer_one_is_no_fault_of_ours() -> None:
    """Every place code of a Chinese number is taken, also those that lists of places have lost."""
    assert not [place for place in range(100_000, 1_000_000, 997) if _fails(f"{place}19910101007X")]


def _fails(text: str) -> bool:
    try:
        national_number(text)
    except Exception:
        return True
    return False
