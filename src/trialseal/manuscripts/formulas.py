"""Formulas written in LaTeX within an article, in the signs that a sentence has: '$\\geq 30\\%$' is '≥ 30%'."""

from __future__ import annotations

import re

_BODY = re.compile(r"\\begin\{document\}(?P<body>.*?)\\end\{document\}", re.DOTALL)
_SIGNS = {
    "geq": "≥", "ge": "≥", "geqslant": "≥", "leq": "≤", "le": "≤", "leqslant": "≤", "lt": "<", "gt": ">", "pm": "±",
    "times": "×", "cdot": "·", "sim": "~", "approx": "≈", "neq": "≠", "ne": "≠", "to": "→", "rightarrow": "→",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "kappa": "κ", "lambda": "λ", "mu": "µ",
    "omega": "ω", "chi": "χ", "sigma": "σ", "circ": "°", "quad": " ", "qquad": " ", "left": "", "right": "",
}  # fmt: skip
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)\s*")
_FONT = re.compile(r"\\(?:text|mathrm|mathit|mathbf|textit|textbf|rm|mbox|operatorname)\b\s*(?=\{)")
_SPACE = re.compile(r"\\[,;:! ]|~")


def in_signs(latex: str) -> str:
    """The formula in plain signs; as it is written where it says more than these can."""
    body = found["body"] if (found := _BODY.search(latex)) else latex
    body = body.strip().strip("$").strip()
    said = _SPACE.sub(" ", _FONT.sub("", body))
    said = _COMMAND.sub(lambda one: _SIGNS.get(one["name"], one[0]), said)
    said = re.sub(r"\\([%&#_$])", r"\1", said)
    return body if "\\" in said else said.translate({ord("{"): None, ord("}"): None})
