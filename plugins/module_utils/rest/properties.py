# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the properties of a response, or say which one can't be read.

Private to the collection; names no service. A property that is missing, or of another type than documented, is never
taken as empty: a decision could depend on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

T = TypeVar("T")
Item = dict[str, Any]

#: The longest text of a value in a message, in characters.
LONGEST_VALUE = 80

_MISSING: Any = object()


class Unreadable(ToolkitError):
    """A property of a response is missing, or is not of the documented kind (kind ``protocol``).

    Attributes:
        name: the property.
        told: its value as a message shows it.
    """

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.told = "missing" if value is _MISSING else told(value)
        super().__init__("protocol", f"The API's answer can't be read: property {name} is {self.told}.")


def told(value: Any) -> str:
    """Return a value as a message shows it, cut if it is long."""
    return json.dumps(value)[:LONGEST_VALUE]


def value_in(item: Item, name: str, kind: type[T]) -> T:
    """Return a property of exactly this type.

    Raises:
        Unreadable: it is missing, null or of another type.
    """
    value = item.get(name, _MISSING)
    # In Python a Boolean is a number.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Unreadable(name, value)
    return value


def is_null(item: Item, name: str) -> bool:
    """Return whether a property is null, which stands for nothing; one that is missing is not."""
    return name in item and item[name] is None


def nullable_in(item: Item, name: str, read: Callable[[Item, str], T], nothing: T) -> T:
    """Return a property that may be null.

    Args:
        item: the object.
        name: the property.
        read: reads it where it is not null, such as `text_in`.
        nothing: what null stands for.

    Raises:
        Unreadable: it is missing, or `read` can't read it.
    """
    return nothing if is_null(item, name) else read(item, name)


def object_in(item: Item, name: str) -> Item:
    """Return a property that is an object.

    Raises:
        Unreadable: it is not.
    """
    return value_in(item, name, dict)


def string_in(item: Item, name: str) -> str:
    """Return a property that is a text, which may be empty.

    Raises:
        Unreadable: it is not.
    """
    return value_in(item, name, str)


def is_whole_number(value: Any) -> bool:
    """Return whether a value is a whole number, which a Boolean is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def text_in(item: Item, name: str) -> str:
    """Return a property that is a text and not empty.

    Raises:
        Unreadable: it is not.
    """
    text = value_in(item, name, str)
    if not text.strip():
        raise Unreadable(name, text)
    return text


def name_in(item: Item, name: str) -> str:
    """Return a property that names the item, as text: a text that is not empty, or a whole number.

    Raises:
        Unreadable: it is neither.
    """
    return str(number_in(item, name)) if is_whole_number(item.get(name)) else text_in(item, name)


def number_in(item: Item, name: str) -> int:
    """Return a property that is a whole number.

    Raises:
        Unreadable: it is not.
    """
    return value_in(item, name, int)


def word_in(item: Item, name: str, words: Collection[str]) -> str:
    """Return a property that is one of these words, in lower case, because APIs write them in different cases.

    Raises:
        Unreadable: it is not.
    """
    word = text_in(item, name).lower()
    if word not in words:
        raise Unreadable(name, item[name])
    return word


def texts_in(item: Item, name: str) -> list[str]:
    """Return a property that is a list of texts that are not empty; the list may be empty.

    Raises:
        Unreadable: it is not.
    """
    texts: list[Any] = value_in(item, name, list)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise Unreadable(name, texts)
    return texts


def objects_in(item: Item, name: str) -> list[Item]:
    """Return a property that is a list of objects; the list may be empty.

    Raises:
        Unreadable: it is not.
    """
    items: list[Any] = value_in(item, name, list)
    if not all(isinstance(each, dict) for each in items):
        raise Unreadable(name, items)
    return items
