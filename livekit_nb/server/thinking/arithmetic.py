"""Sums as people say them: "twelve times seven", "15 percent of 80", "the square root of 144"."""

from __future__ import annotations

import math
from collections.abc import Sequence

from livekit_nb.server.thinking.quantities import number_at, plain

_OPERATORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("multiplied", "by"), "*"),
    (("divided", "by"), "/"),
    (("to", "the", "power", "of"), "**"),
    (("percent", "of"), "%"),
    (("%", "of"), "%"),
    (("plus",), "+"),
    (("+",), "+"),
    (("minus",), "-"),
    (("times",), "*"),
    (("x",), "*"),
    (("*",), "*"),
    (("over",), "/"),
    (("/",), "/"),
    (("squared",), "**2"),
    (("cubed",), "**3"),
)
_SHARES = (
    (("half", "of"), 2),
    (("a", "third", "of"), 3),
    (("a", "quarter", "of"), 4),
    (("a", "fifth", "of"), 5),
    (("a", "tenth", "of"), 10),
)
_PREFIX = {"add": ("and", "+"), "multiply": ("by", "*"), "divide": ("by", "/")}
_LARGEST = 1e15


def expression_at(words: Sequence[str]) -> tuple[str, int, int] | None:
    """Find a sum and write it with operators.

    Returns
    -------
    tuple of (str, int, int) or None
        The expression (``"12 * 7"``) and the span of words that say it.
    """
    for start in range(len(words)):
        hit = _prefix_form(words, start) or _infix_form(words, start)
        if hit:
            return hit[0], start, hit[1]
    return None


def _prefix_form(words: Sequence[str], start: int) -> tuple[str, int] | None:
    if tuple(words[start : start + 3]) == ("square", "root", "of"):
        number = number_at(words, start + 3)
        return (f"sqrt({plain(number[0])})", number[1]) if number else None
    for said, share in _SHARES:
        number = number_at(words, start + len(said))
        if number and tuple(words[start : start + len(said)]) == said:
            return f"{plain(number[0])} / {share}", number[1]
    if words[start] in _PREFIX or words[start] == "subtract":
        first = number_at(words, start + 1)
        joint, sign = _PREFIX.get(words[start], ("from", "-"))
        if first and first[1] < len(words) and words[first[1]] in (joint, "to", "with"):
            second = number_at(words, first[1] + 1)
            if second:
                left, right = first[0], second[0]
                if sign == "-":
                    left, right = right, left
                return f"{plain(left)} {sign} {plain(right)}", second[1]
    return None


def _infix_form(words: Sequence[str], start: int) -> tuple[str, int] | None:
    number = number_at(words, start)
    if number is None:
        return None
    text, end, count = str(plain(number[0])), number[1], 0
    while end < len(words):
        for phrase, sign in _OPERATORS:
            if tuple(words[end : end + len(phrase)]) != phrase:
                continue
            after = end + len(phrase)
            if sign.startswith("**") and len(sign) > 2:
                text, end, count = f"{text} {sign[:2]} {sign[2:]}", after, count + 1
                break
            following = number_at(words, after)
            if following is None:
                return (text, end) if count else None
            value = plain(following[0])
            text = f"{text} / 100 * {value}" if sign == "%" else f"{text} {sign} {value}"
            end, count = following[1], count + 1
            break
        else:
            break
    return (text, end) if count else None


def evaluate(expression: str) -> float | None:
    """Work out an expression that `expression_at` wrote; None when it has no sensible value."""
    if expression.startswith("sqrt("):
        return math.sqrt(float(expression[5:-1])) if expression[5] != "-" else None
    parts = expression.split()
    numbers = [float(part) for part in parts[::2]]
    signs = parts[1::2]
    for level in (("**",), ("*", "/"), ("+", "-")):
        index = 0
        while index < len(signs):
            if signs[index] not in level:
                index += 1
                continue
            left, right = numbers[index], numbers.pop(index + 1)
            result = _apply(signs.pop(index), left, right)
            if result is None or abs(result) > _LARGEST:
                return None
            numbers[index] = result
    return numbers[0]


def _apply(sign: str, left: float, right: float) -> float | None:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if sign == "/":
        return left / right if right else None
    if abs(left) > 1e6 or abs(right) > 64 or (left < 0 and right != int(right)):
        return None
    return left**right if left or right > 0 else None
