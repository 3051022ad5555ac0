# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait for what the API makes, and how often to look.

Private to the collection.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds

#: The growth of the pauses between looks at what never has an estimate, such as the issuance of a certificate.
GROWTH = 1.5


class Polling(NamedTuple):
    """How to wait, in seconds.

    Attributes:
        wait_timeout: at most this long in all.
        poll_min: at least this long between two looks.
        poll_max: at most this long between two looks.
        wait_when_failed: go on waiting for a failed job, which support may mend.
    """

    wait_timeout: float
    poll_min: float
    poll_max: float
    wait_when_failed: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> Polling:
        """What a task's options say (`polling_options`).

        Raises:
            ToolkitError: ``invalid_option``, for times that make no sense.
        """
        check_seconds(params, "wait_timeout", "poll_min", "poll_max")
        return cls(
            params["wait_timeout"],
            params["poll_min"],
            max(params["poll_min"], params["poll_max"]),
            params["on_job_failure"] == "wait",
        )
