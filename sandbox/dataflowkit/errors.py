# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors: plain texts, as the description has them."""

from __future__ import annotations

from sandbox.call import Response
from sandbox.errors import ApiError, Invalid

FETCH_FAILED = "Process fetch failed."


def invalid_url(reason: object) -> Invalid:
    """Return the 400 for a URL that can't or may not be fetched."""
    return Invalid("invalid_url", f"Invalid request URL: {reason}")


def fetch_failed(reason: object) -> ApiError:
    """Return the 500 for a page that could not be loaded, or an action that failed."""
    return ApiError(500, "fetch_failed", f"{FETCH_FAILED} {reason}")


def no_process(reason: object) -> ApiError:
    """Return the 500 for a sandbox without a browser."""
    return ApiError(500, "no_process", f"Create single process failed: {reason}")


def refuse(error: ApiError) -> Response:
    """Return the response of a refusal."""
    response = Response(error.status, list(error.headers.items()))
    text = "; ".join(problem.text for problem in error.problems) if isinstance(error, Invalid) else str(error)
    response.set_body(text.encode(), "text/plain; charset=utf-8")
    return response
