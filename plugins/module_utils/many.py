# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage many objects of one kind in one task: each as if it were alone, with one result for all of them.

Private to the collection; names no service. A module that manages one object also has a list option. Its items name the
objects and may contain further options; the other options of the task apply to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@dataclass(frozen=True)
class ManyOption:
    """The option for many objects.

    Attributes:
        name: the option, and the key of the result with an entry for each object.
        named_by: the option of one object that distinguishes it from the others.
    """

    name: str
    named_by: str

    def items(
        self, params: dict[str, Any], checked: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Return the options of each object that a task describes, including those that apply to all.

        Args:
            params: the task's options.
            checked: checks the options of one object, and returns them in canonical form.

        Raises:
            ToolkitError: ``invalid_option``, also when an object is described twice.
        """
        described = [params] if params[self.name] is None else [{**params, **item} for item in params[self.name]]
        if any(item[self.named_by] is None for item in described):
            # Ansible considers an option given even if it is null.
            raise ToolkitError("invalid_option", f"{self.named_by}: there is nothing where a text is needed.")
        items = [checked(item) for item in described]
        titles = self._titles(items)
        for title in titles:
            if titles.count(title) > 1:
                raise ToolkitError("invalid_option", f"{self.name}: {title} is described twice.")
        return items

    def see_to(
        self, params: dict[str, Any], items: Sequence[dict[str, Any]], see_to_one: Callable[[dict[str, Any]], Any]
    ) -> dict[str, Any]:
        """Manage the objects one by one, up to the first that fails.

        Args:
            params: the task's options.
            items: the options of each object, as `items` returns them.
            see_to_one: brings one object into its desired state and returns the result of a task for it alone.

        Returns:
            the result; for a task that describes one object, the result of that object.

        Raises:
            ToolkitError: what stopped it, with ``changed``, ``applied``, ``failed_writes``, ``not_attempted`` and the
                results of the objects before.
        """
        if params[self.name] is None:
            return see_to_one(items[0])
        titles = self._titles(items)
        results: dict[str, dict[str, Any]] = {}
        for title, item in zip(titles, items):
            try:
                results[title] = see_to_one(item)
            except ToolkitError as error:
                self._tell(error, results, titles)
                raise
        return self._result(results)

    def _titles(self, items: Sequence[dict[str, Any]]) -> list[str]:
        return [str(item[self.named_by]) for item in items]

    def _result(self, results: dict[str, dict[str, Any]]) -> dict[str, Any]:
        changed = {title: result for title, result in results.items() if result["changed"]}
        return {
            "changed": bool(changed),
            "diff": {
                side: {title: result["diff"][side] for title, result in changed.items()} for side in ("before", "after")
            },
            self.name: [
                {self.named_by: title, **{name: value for name, value in result.items() if name != "diff"}}
                for title, result in results.items()
            ],
        }

    def _tell(self, error: ToolkitError, results: dict[str, dict[str, Any]], titles: list[str]) -> None:
        """Add the results of all objects to the error of one."""
        done = self._result(results)
        failed = titles[len(results)]
        # An object that takes several writes may have failed halfway.
        parts = {
            name: [f"{failed}: {step}" for step in error.facts.get(name, [])]
            for name in ("applied", "failed_writes", "not_attempted")
        }
        error.facts.update(
            {self.name: done[self.name]},
            changed=done["changed"] or bool(parts["applied"]),
            applied=[*done["diff"]["after"], *parts["applied"]],
            failed_writes=parts["failed_writes"] or [failed],
            not_attempted=[*parts["not_attempted"], *titles[len(results) + 1 :]],
        )
