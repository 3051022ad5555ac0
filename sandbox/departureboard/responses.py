# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of errors."""

from __future__ import annotations

from sandbox.call import Response
from sandbox.errors import ApiError, Invalid


def refuse(error: ApiError) -> Response:
    """Return the response of a refusal: a text in JSON."""
    text = "; ".join(problem.text for problem in error.problems) if isinstance(error, Invalid) else str(error)
    return Response.of(error.status, {"error": text}, error.headers)
