# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a whole video platform with its description, and find every mistake in it, before anything is written.

Private to the collection. This is the action ``peertube_platform_check``. It runs the module of each item in check mode
as the administrator who is logged in, so it logs in nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import assumed_in
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import owner_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, masked
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import applied, plain, playbook_run, validated
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake, failure, secret_options
from ansible_collections.reseller.toolkit.plugins.plugin_utils.part_results import CheckInput, PartResults
from ansible_collections.reseller.toolkit.plugins.plugin_utils.platform_parts import (
    KINDS,
    OF_USERS,
    ROOT,
    PlatformItem,
    items_of,
)

SPEC: dict[str, Any] = {"argument_spec": {**connection_options(), ROOT: {"type": "dict", "required": True}}}
#: What has mistakes, and what was not done.
WHERE = f"{ROOT}; nothing was written"
#: The names of all options that hold a secret, anywhere in the dictionary.
SECRET_OPTIONS = frozenset(
    name
    for module in {kind.module for kind in KINDS.values()}
    for name in secret_options(
        import_module(f"ansible_collections.reseller.toolkit.plugins.modules.{module}").SPEC["argument_spec"]
    )
)
#: PeerTube allows so many logins in so many minutes.
LOGINS, MINUTES = 15, 5


class PlatformCheck(PartResults):
    """Checks one platform. The action plugin is a subclass."""

    spec = SPEC
    root = ROOT
    connection = frozenset(connection_options())
    secret_names = SECRET_OPTIONS

    def _checked(self, given: CheckInput, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Return the items that differ, or every mistake."""
        platform = given.params[ROOT]
        items, mistakes = items_of(platform)
        if mistakes:
            return masked(failure("invalid_option", WHERE, mistakes), given.secrets)
        return plain(masked(self._compared(platform, items, given.connection, task_vars), given.secrets))

    def _compared(
        self,
        platform: Mapping[str, Any],
        items: list[PlatformItem],
        connection: dict[str, Any],
        task_vars: dict[str, Any],
    ) -> dict[str, Any]:
        """Return the result: the items that differ, or the mistakes in any of them."""
        mistakes: list[Mistake] = []
        warnings: list[str] = []
        todo: dict[str, list[dict[str, Any]]] = {part: [] for part in KINDS}
        differences: list[dict[str, Any]] = []
        shared: set[str] = set()
        described = {title for item in items for title in item.titles}
        for item in items:
            collection, number = item.kind.collection, sum(other.part == item.part for other in items)
            if collection not in shared and number > 1:
                self._share(item, number, connection, task_vars)
            shared.add(collection)
            module = item.kind.module
            result = self._result_of(module, {**self._defaults_of(module), **connection, **item.args}, task_vars)
            if result.get("failed"):
                stopped = self._stopped(item.place, result)
                if stopped:
                    return stopped
                mistakes.append(placed(item, str(result.get("msg"))))
                continue
            warnings += [warning for warning in result["warnings"] if not assumed_in([warning])]
            try:
                mistakes += owned_by_others(item, result)
            except Unreadable as error:
                return {"failed": True, "changed": False, **error.as_result(), "msg": f"{item.place}: {error}"}
            mistakes += [
                Mistake(item.place, f"there is no {thing}, and {ROOT} does not describe it.")
                for thing in assumed_in(result["warnings"])
                if thing not in described
            ]
            if result.get("changed"):
                if item.part == "users" and is_new(result):
                    described.add(first_channel(item))
                difference = {**shown(item), "properties": properties_in(result)}
                difference["change"] = sentence(difference)
                can_log_in = item.user is None or can_log_in_as(platform["users"][item.user])
                (todo[item.part] if can_log_in else differences).append(difference)
        if mistakes:
            return failure("invalid_option", WHERE, mistakes)
        return {
            "changed": False,
            "todo": todo,
            "changes": [one["change"] for part in todo.values() for one in part],
            "differences": differences,
            "logins": self._logins(platform, todo, connection, task_vars),
            "in_check_mode": self._task.check_mode,
            "warnings": warnings,
        }

    def _share(self, item: PlatformItem, number: int, connection: dict[str, Any], task_vars: dict[str, Any]) -> None:
        """Read the collection of an item once for all such items, unless that takes more requests than they are.

        It fails silently: the first item then says why.
        """
        with suppress(ToolkitError):
            if item.kind.collection and self._runs_here(task_vars):
                client = self._client({**self._defaults_of(item.kind.module), **connection})
                client.share(item.kind.collection, number)

    def _logins(
        self,
        platform: Mapping[str, Any],
        todo: Mapping[str, list[dict[str, Any]]],
        connection: dict[str, Any],
        task_vars: dict[str, Any],
    ) -> dict[str, Any]:
        """Return who has to log in, and how many minutes that takes because of PeerTube's limit."""
        users = {one["owner"]: platform["users"][one["user"]] for part in OF_USERS for one in todo[part]}
        names = [
            name
            for name, user in users.items()
            if not user.get("api_token") and not (self._runs_here(task_vars) and self._is_stored(name, connection))
        ]
        # The login of the administrator counts too.
        return {"users": names, "minutes": len(names) // LOGINS * MINUTES}

    def _is_stored(self, user: str, connection: dict[str, Any]) -> bool:
        """Return whether an earlier run stored a login of a user."""
        as_user = {**connection, "api_user": user, "api_password": "unknown", "api_token": ""}
        try:
            return self._client(as_user).stored_access() is not None
        except ToolkitError:
            return False

    def _client(self, connection: dict[str, Any]) -> PeerTubeClient:
        """Return a client of this process.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        with applied(self._task_environment()):
            validation = validated(SPEC, {**connection, ROOT: {}})
            if validation.error_messages:
                raise ToolkitError("invalid_option", validation.errors.msg)
            task = Task(validation.validated_parameters, check_mode=True, playbook_run=playbook_run())
            return PeerTubeClient.for_task(task)


def first_channel(user: PlatformItem) -> str:
    """Return the channel that PeerTube creates with a user, as modules name it when it is missing."""
    return f"channel {user.args.get('channel_name') or user.name + '_channel'}"


def can_log_in_as(user: Mapping[str, Any]) -> bool:
    """Return whether the dictionary says how to log in as a user."""
    return bool(user.get("password") or user.get("api_token"))


def placed(item: PlatformItem, message: str) -> Mistake:
    """Return a module's message, with the place of the option that it begins with."""
    found = re.fullmatch(r"([a-z_]+): (.+)", message, re.DOTALL)
    return Mistake(item.place_of(found[1]), found[2]) if found else Mistake(item.place, message)


def owned_by_others(item: PlatformItem, result: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield the mistake that an existing channel belongs to another user.

    Raises:
        Unreadable: the API does not show the owner.
    """
    if item.part == "channels" and not is_new(result):
        owner = owner_of(result["channel"])
        if owner != item.owner:
            yield Mistake(item.place, f"{item.title} belongs to user {owner}, not to {item.owner}.")


def shown(item: PlatformItem) -> dict[str, Any]:
    """Return what a task needs to find an item in the dictionary, and what names it; no secret is in it."""
    return {
        "place": item.place,
        "title": item.title,
        "name": item.name,
        "index": item.index,
        "user": item.user,
        "owner": item.owner,
    }


def is_new(result: Mapping[str, Any]) -> bool:
    """Return whether a module would create its item."""
    return bool(result["changed"] and not result["diff"]["before"])


def properties_in(result: Mapping[str, Any]) -> list[str]:
    """Return the names of the properties that would change; an empty list for what would be created."""
    return [] if is_new(result) else sorted(result["diff"]["after"])


def sentence(difference: Mapping[str, Any]) -> str:
    """Return one line about an item that differs."""
    return f"{difference['title']}: {', '.join(difference['properties']) or 'created'}"
