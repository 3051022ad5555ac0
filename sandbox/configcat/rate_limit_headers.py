# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limit headers: the remaining requests, and the reset time.

The description does not define the format of that time. ISO 8601 is the default here; tests can choose another format.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import Literal

from sandbox.clock import iso
from sandbox.context import Context
from sandbox.rate_limit import Meter
from sandbox.store import Setting

Form = Literal["iso", "epoch", "http"]

RESET_FORM = Setting("reset_form", "iso")
"""The format of the reset time: a `Form`."""


def headers(context: Context, meter: Meter, now: float) -> dict[str, str]:
    """Return the two headers."""
    reset = now + meter.seconds
    forms = {"iso": iso(reset, digits=7), "epoch": str(int(reset)), "http": formatdate(reset, usegmt=True)}
    return {
        "X-Rate-Limit-Remaining": str(meter.remaining),
        "X-Rate-Limit-Reset": forms[RESET_FORM.read(context.store)],
    }
