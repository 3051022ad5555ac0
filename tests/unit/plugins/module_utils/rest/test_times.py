# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of servers are parsed, and invalid ones are ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import http_date, iso_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2019-10-20T18:43:54.007", 1571597034.0),
        ("2019-10-20T14:48:24.7446134Z", 1571582904.0),
        ("2019-10-20T14:48:24Z", 1571582904.0),
        ("2019-10-20T16:48:24+02:00", 1571582904.0),
        ("2019-10-20T16:48:24.5+02:00", 1571582904.0),
        ("2019-10-20", None),
        ("2019-99-20T14:48:24Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("٢019-10-20T14:48:24Z", None),
        ("soon", None),
        (None, None),
        (5, None),
    ],
)
def test_iso_time(text: Any, seconds: float | None) -> None:
    assert iso_time(text) == seconds


@given(
    st.one_of(st.text(), st.none(), st.integers(), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([Z+-].*)?"))
)
def test_no_text_breaks_iso_time(text: Any) -> None:
    found = iso_time(text)
    assert found is None or datetime.fromtimestamp(found, tz=UTC).year > 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 09 Oct 2025 08:53:30 GMT", 1760000010.0),
        ("Thu, 09 Oct 2025", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_http_date(text: str | None, seconds: float | None) -> None:
    assert http_date(text) == seconds


@given(st.text())
def test_no_text_breaks_http_date(text: str) -> None:
    assert http_date(text) is None or isinstance(http_date(text), float)
