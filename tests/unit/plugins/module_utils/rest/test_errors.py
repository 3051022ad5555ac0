# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a failed task contains everything that the API said."""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    Damaged,
    NoResponse,
    OutcomeUnknown,
    ToolkitError,
)

CALL = "GET /v2/accounts"


def test_error_of_the_api() -> None:
    details = [{"error_code": "invalid", "error_text": "The value is not valid."}]
    error = ApiError("bad_request", CALL, "HTTP 400.", status=400, code="c", text="t", validation_errors=details)
    assert error.as_result() == {
        "msg": f"{CALL}: HTTP 400.",
        "error": {"kind": "bad_request", "status": 400, "code": "c", "text": "t", "validation_errors": details},
    }


def test_hint_follows_the_message() -> None:
    error = ApiError("bad_request", CALL, "HTTP 400.", hint="Check the path.")
    assert error.as_result()["msg"] == f"{CALL}: HTTP 400. Check the path."


def test_facts_are_part_of_the_result() -> None:
    assert ToolkitError("kind", "It failed.", request=7).as_result()["request"] == 7


def test_unknown_outcome() -> None:
    error = OutcomeUnknown("POST /v2/accounts", "the response is lost.", status=502)
    assert (error.kind, error.call, error.status) == ("outcome_unknown", "POST /v2/accounts", 502)
    assert error.message == "POST /v2/accounts: the response is lost."


def test_failed_connection_says_for_how_long_it_was_tried() -> None:
    error = ConnectionFailed("tls", CALL, "the handshake failed.", permanent=True, hint="Check ca_path.")
    error.tried_for(29.6)
    assert (error.kind, error.permanent, error.hint) == ("tls", True, "Check ca_path.")
    assert error.message == f"{CALL}: the handshake failed (tried for 30 s)."


def test_missing_and_damaged_responses_differ_in_kind() -> None:
    assert (NoResponse(CALL, "cut off.").kind, Damaged(CALL, "no JSON.", hint="Check api_url.").kind) == (
        "connection",
        "protocol",
    )
    assert Damaged(CALL, "no JSON.", hint="Check api_url.").hint == "Check api_url."
