# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of one kind in one task: each is seen to as if it were alone, and the result tells of all of them.

Private to the collection; names no service. A module that takes one object has a list option besides, whose items say
what tells the objects apart; what the task says besides is for all of them.
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
        name: the option, and the key of the result that tells of each.
        named_by: the option of one object that tells it from the others.
    """

    name: str
    named_by: str

    def items(
        self, params: dict[str, Any], checked: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The options of each object that a task describes, those that are for all included.

        Args:
            params: the task's options.
            checked: checks the options of one, and puts them into canonical form.

        Raises:
            ToolkitError: ``invalid_option``, also when one is described twice.
        """
        described = [params] if params[self.name] is None else [{**params, **item} for item in params[self.name]]
        if any(item[self.named_by] is None for item in described):
            # For Ansible an option is given when it is null.
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
        """See to the objects one by one, up to the first that fails.

        Args:
            params: the task's options.
            items: what `items` made of them.
            see_to_one: makes one as wanted and returns its result, as a task for it alone has it.

        Returns:
            for a task that describes one object, its result.

        Raises:
            ToolkitError: what stopped it, with ``changed``, ``applied``, ``failed_writes``, ``not_attempted`` and what
                became of those before.
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
        """Add what became of all objects to the error of one."""
        done = self._result(results)
        failed = titles[len(results)]
        # One that takes several writes can have failed half way.
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
