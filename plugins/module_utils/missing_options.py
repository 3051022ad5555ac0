# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name the environment variables of required options that a task lacks.

Private to the collection. Both runners use it: Ansible's own message names only the options.
"""

from __future__ import annotations

import re
from typing import Any


def with_variables(message: str, argument_spec: dict[str, dict[str, Any]]) -> str:
    """Return Ansible's message about missing options with a hint that names their environment variables.

    Any other message is returned unchanged, and so is that about options without a variable.
    """
    missing = re.fullmatch(r"missing required arguments: ([\w, ]+)", message)
    names = missing[1].split(", ") if missing else []
    variables = [name for option in names for name in argument_spec.get(option, {}).get("fallback", ("", []))[1]]
    if not variables:
        return message
    return f"{message}. Set {' and '.join(variables)} in the environment of the controller, or set these options."
