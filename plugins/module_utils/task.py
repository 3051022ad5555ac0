# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module gets to know of the task that runs it, and its result in any case: the same for both runners.

Private to the collection.
"""

from __future__ import annotations

import base64
import json
import math
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import proxy_secrets
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import printable

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import CheckReads

#: The largest number that JSON carries to any reader unharmed (RFC 8259, 6).
LARGEST_INTEGER = 2**53 - 1
#: The environment variable that tells an ordinary module which run of ansible-playbook it is part of.
RUN_VARIABLE = "RESELLER_TOOLKIT_RUN"
#: What a text begins with that ansible-core before 2.19 leaves for ``omit`` inside a list.
OMITTED = "__omit_place_holder__"


@dataclass(repr=False, eq=False)
class Task:
    """One run of a module.

    Attributes:
        params: the options, validated, with their defaults.
        check_mode: nothing may be changed.
        verbosity: the number of ``-v``.
        secrets: values that must not be shown; add to it what the server made.
        warnings: shown to the user; add with `warn`.
        name: the module, such as ``reseller_mysql``; the API is told.
        playbook_run: names the run of ansible-playbook that the task is part of; an empty text if nobody knows.
        given: the options as the user wrote them.
        doubts: an error for each value that is no text where one is wanted (`given.doubts_in`); `given.without_doubts`
            decides about them.
        check_reads: the responses of the check that the module is part of; None if it is not part of one.
    """

    params: dict[str, Any]
    check_mode: bool
    verbosity: int = 0
    secrets: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    name: str = ""
    playbook_run: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    doubts: list[ToolkitError] = field(default_factory=list)
    check_reads: CheckReads | None = None

    def warn(self, message: str) -> None:
        """Show a warning with the task's result, once."""
        shown = printable(message)
        if shown not in self.warnings:
            self.warnings.append(shown)


#: A module's work: from a task to its result. It raises `ToolkitError` for what a person can act on.
Run = Callable[[Task], "dict[str, Any]"]


def result_of(run: Run, task: Task) -> dict[str, Any]:
    """The module's result, a failed one for every failure; no secret is in it.

    `SystemExit` is caught too: in the controller's process it would end the whole play. What is no `Exception`, such
    as the task's own timeout, passes.
    """
    task.secrets |= proxy_secrets(task.params.get("proxy"))
    try:
        check_values(task.params)
        result = {"changed": False, **run(task)}
    except ToolkitError as error:
        result = {"changed": False, "failed": True, **error.as_result()}
    except (Exception, SystemExit) as error:
        result = {
            "changed": False,
            "failed": True,
            "msg": printable(f"{type(error).__name__}: {error} (This is a bug in reseller.toolkit; please report it.)"),
            "error": {"kind": "internal", "status": None, "code": None, "text": None, "validation_errors": []},
        }
        if task.verbosity >= 3:
            result["exception"] = traceback.format_exc()
    return masked(result, task.secrets)


def check_values(params: dict[str, Any]) -> None:
    """Refuse what no option means and Ansible lets through.

    That is half characters, NUL, ``omit`` inside a list, and numbers that are none.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    for name, given in params.items():
        for value in _single_values(given):
            if isinstance(value, float) and not math.isfinite(value):
                raise ToolkitError("invalid_option", f"{name}: {value} is not a number.")
            if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
                raise ToolkitError("invalid_option", f"{name}: a number in it is too large.")
            if isinstance(value, str) and not _is_text(value):
                raise ToolkitError("invalid_option", f"{name}: it holds what is no character.")
            if isinstance(value, str) and value.startswith(OMITTED):
                complaint = f"{name}: omit is inside a list or a dictionary, where this version of Ansible keeps it."
                raise ToolkitError("invalid_option", complaint, hint="Leave the item out, for example with select().")


def _single_values(value: Any) -> Iterator[Any]:
    """A value, or all that are in a list or a dict, names of properties too."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _single_values(item)
    elif isinstance(value, list):
        for item in value:
            yield from _single_values(item)
    else:
        yield value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def masked(value: Any, secrets: set[str]) -> Any:
    """The value without the secrets, in any form in which a URL, a header, JSON or a message may hold them."""
    found = set()
    for secret in secrets:
        # A secret that is refused for half a character must not show either.
        content = secret.encode("utf-8", "surrogatepass")
        found |= {secret, quote(content, safe=""), quote(content), quote_plus(content)}
        found.add(base64.b64encode(content).decode())
        # As a server's complaint that repeats a request's JSON has it.
        found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    # The longest first: a secret can be a part of another one.
    forms = sorted(found - {""}, key=len, reverse=True)
    if isinstance(value, dict):
        # As AnsibleModule does: a flag is no secret, even if a secret is spelled "True".
        return {
            name: item if item is None or isinstance(item, bool) else remove_values(item, forms)
            for name, item in value.items()
        }
    return remove_values(value, forms)
