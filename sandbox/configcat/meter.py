# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers tell about the rate limit: how many requests are left, and the time at which it starts again.

The description does not say how that time is written. ISO 8601 is the default here; tests can choose another form.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import Literal

from sandbox.clock import iso
from sandbox.ratelimit import Meter
from sandbox.world import World

Form = Literal["iso", "epoch", "http"]

_SETTING = "reset_form"


def set_form(world: World, form: Form) -> None:
    """Write the time in this form from now on."""
    world.store.set_setting(_SETTING, form)


def headers(world: World, meter: Meter, now: float) -> dict[str, str]:
    """The two headers."""
    reset = now + meter.seconds
    forms = {"iso": iso(reset, digits=7), "epoch": str(int(reset)), "http": formatdate(reset, usegmt=True)}
    return {
        "X-Rate-Limit-Remaining": str(meter.remaining),
        "X-Rate-Limit-Reset": forms[world.store.setting(_SETTING, "iso")],
    }
