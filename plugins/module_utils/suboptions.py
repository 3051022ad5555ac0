# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check options where an argument specification can't describe them: below names of the user, and in themselves.

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.given import doubts_in


def checked_suboptions(
    option: str, specification: dict[str, dict[str, Any]], given: dict[str, Any], *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return options inside a dictionary, checked and converted as Ansible does it with the options of a task.

    Args:
        option: where they are.
        specification: describes them, as ``argument_spec`` does.
        given: what the user wrote.
        numbers: texts for which a whole number stands for its digits; see `given`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    raise_found(doubts_in({"argument_spec": specification, "numbers": numbers}, given, f"{option}."))
    try:
        checked = ArgumentSpecValidator(specification).validate(given)
    except (TypeError, OverflowError) as error:
        # Some versions of Ansible fail on a number in place of options, or on a number that is too large.
        raise invalid(option, f"{error}.") from error
    if checked.error_messages:
        raise invalid(option, " ".join(checked.error_messages))
    found: dict[str, Any] = checked.validated_parameters
    return found
