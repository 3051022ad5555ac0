# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to this machine without the controller's environment, to act as another host."""

from __future__ import annotations

from typing import Any

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: far
short_description: Pretend to be another host
description: Runs commands on this machine, without the credentials in the environment.
author: The reseller.toolkit contributors (@reseller-toolkit)
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):
    """Like ``local``, except for its name and the environment."""

    transport = "testing.probe.far"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Any:
        """Run a command."""
        return super().exec_command(f"env -u RESELLER_API_KEY -u RESELLER_API_SECRET {cmd}", in_data, sudoable)
