# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name the properties of an API that writes them ``likeThis`` as options are named, ``like_this``, and back.

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict, snake_dict_to_camel_dict


class PropertyNames:
    """Renames the properties of one API.

    Args:
        irregular: the properties that are not named in the API's style, each with its option.
        own: the properties with names inside that others chose, in which nothing is renamed.
    """

    def __init__(self, irregular: Mapping[str, str], own: Collection[str] = ()) -> None:
        self._options = {**irregular, **{name: name for name in own}}
        self._irregular = {option: name for name, option in self._options.items()}
        self._own = frozenset(own)

    def snake(self, data: Any) -> Any:
        """Return JSON of the API with its properties named as options are."""
        if isinstance(data, list):
            return [self.snake(item) for item in data]
        if not isinstance(data, dict):
            return data
        return {self._option(name): value if name in self._own else self.snake(value) for name, value in data.items()}

    def _option(self, name: str) -> str:
        if name not in self._options:
            self._options[name] = next(iter(camel_dict_to_snake_dict({name: None})))
        return self._options[name]

    def camel(self, data: Any) -> Any:
        """Return JSON to send, with its properties named as the API names them."""
        if isinstance(data, list):
            return [self.camel(item) for item in data]
        if not isinstance(data, dict):
            return data
        irregular = {name: option for option, name in self._irregular.items() if option in data}
        regular = {name: value for name, value in data.items() if name not in self._irregular}
        sent = {self._property(name): self.camel(value) for name, value in regular.items()}
        return {
            **sent,
            **{name: data[o] if name in self._own else self.camel(data[o]) for name, o in irregular.items()},
        }

    def _property(self, option: str) -> str:
        return next(iter(snake_dict_to_camel_dict({option: None})))
