# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd values for an option, by its type."""

# ruff: noqa: RUF001 (odd characters are what it is about)

from __future__ import annotations

import math
import string
from typing import Any

from hypothesis import strategies as st

from tests.faults.options import Option

CHARACTERS = "\0\t\n\r\x1b\x7f\x85  \u202e\ufeff\ud800/\\?#%&=+;:@'\"`${}<>|*~.,-_ aZ0éßİ日١２"
TEXTS = (
    *("", " ", "\t", "\n", "\0", ".", "..", "../..", "a/../b", "%2e%2e", "%2F", "a/b", "a?b=c", "a#b", "a&take=1"),
    *("a b", "'", '"', "\\", "'; DROP TABLE x; --", "a\r\nX-Other: 1", "\x1b[31m", "\x7f", "\u202ea", "\ufeff"),
    *("\ud800", "\udce9", "é", "münchen.example", "日本.example", "straße.example", "İ.example", "EXAMPLE.ORG."),
    *("a..example", "-a.example", "a_b.example", "*.example.org", "a" * 64 + ".example", "xn--a.example", "١٢٣"),
    *("１２３４", "²", "0x10", "1e9", "-1", "0", "007", "nan", "inf", "-inf", "1e400", "9" * 400, "True", "null"),
    *("x" * 300, "a1" * 40000, "{{ 7 * 7 }}", "${HOME}x", "a@b", "a@@b.example", '"a b"@example.org', "a@b.example."),
    *("a/b@example.org", "ID1_x", "ID123456_main", "ID１_x", "*/7 * * * *", "* * * * *", "60 3 * * *", "0 3 * * 0"),
    *("socks5://127.0.0.1:9", "http://127.0.0.1:99999", "http://[::1", "http://127.0.0.1:9", "ftp://127.0.0.1"),
    *("http://127.0.0.1:9/?a=b#c", "http://127.0.0.1:9/a/../b", "http://u:p@127.0.0.1:9", "http://192.0.2.1"),
    *("Abcdefg1 ", "Abcdefg1é", "Abcdefg1\0", "abcdefgh", "12345678", "Ab1", "Abcdefg1€", "A1" * 11, "Ａbcdefg１"),
)
NUMBERS: tuple[Any, ...] = (
    *(0, -1, 1, 59, 86401, 2**31 - 1, 2**31, 2**63, 10**30, 10**400, 0.5, 1e-300, 1e300, math.nan, math.inf),
    *(-math.inf, True, False, "1", "1.0", " 1", "1_000", "１２３", "nan", "inf", "1e400", "9" * 5000),
)
WRONG: tuple[Any, ...] = (None, [], {}, [[]], [None], [{}], {"a": 1}, {"": {}}, [1, "a", None], 5, -1, 1.5, True, False)

odd_texts = st.sampled_from(TEXTS) | st.text(CHARACTERS + string.printable, max_size=30) | st.text(max_size=12)
scalars = odd_texts | st.sampled_from(NUMBERS) | st.sampled_from(WRONG)


def spoilt(text: str) -> st.SearchStrategy[str]:
    """Return a valid text with something odd before, in or after it, or in other letter case."""
    inserted = st.builds(
        lambda place, odd: text[:place] + odd + text[place:],
        st.integers(0, len(text)),
        st.text(CHARACTERS, min_size=1, max_size=2) | st.sampled_from(TEXTS),
    )
    return inserted | st.sampled_from([text.upper(), text + ".", f" {text} ", text * 40, text[:1], text.title()])


def odd_values(option: Option, good: Any) -> st.SearchStrategy[Any]:
    """Return odd values for an option.

    Args:
        option: the option.
        good: a valid value.
    """
    spec = option.spec
    kind = spec.get("type", "str")
    if kind == "path":
        # Only files inside the test's folder are written.
        folder, _slash, name = good.rpartition("/")
        relative = odd_texts.filter(lambda text: not text.startswith(("/", "~", "$")))
        named = spoilt(name).filter(lambda text: "/" not in text and len(text) < 200)
        return relative | named.map(lambda text: f"{folder}/{text}") | st.sampled_from(WRONG)
    if kind == "list":
        element = good[0] if good else ""
        each = scalars | spoilt(element) if isinstance(element, str) else scalars
        return st.lists(each, max_size=3) | each.map(lambda item: [*good, item]) | scalars
    if kind == "dict":
        unknown = odd_texts.map(lambda name: {**good, name: 1})
        fewer = st.sampled_from([{key: good[key] for key in good if key != name} for name in good] or [{}])
        return unknown | fewer | scalars
    if kind == "raw":
        return scalars | st.lists(scalars, max_size=2) | (spoilt(good) if isinstance(good, str) else scalars)
    values = scalars | st.sampled_from(spec.get("choices") or [None, good])
    return values | spoilt(good) if isinstance(good, str) else values
