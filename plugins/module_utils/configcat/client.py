# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's public management API: one method a kind of call, with properties named in the style of options.

Private to the collection. A path that does not begin with a version is below ``/v1``. Source of paths, statuses and
headers: the vendor's descriptions of the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.basic_login import login_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    ORGANIZATION,
    PRODUCT,
    Kind,
    comparable,
    is_named,
    object_path,
    only_named,
    path_in_product,
    to_send,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.required_properties import completed
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import camel, shown
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_collection, is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The read of a collection that exists at every address of the API.
COLLECTION = re.compile(r"GET \S*/v1/[a-z]+")
#: What the paths begin with that are not below ``/v1``.
OTHER_VERSIONS = ("/v2",)
RATE_LIMIT = RateLimitHeaders("X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", reset_is="time")


class ConfigCatClient(Resources):
    """Calls ConfigCat's public management API.

    Methods that read one object return None if it does not exist. All raise `ApiError`.
    """

    @classmethod
    def for_task(cls, task: Task) -> ConfigCatClient:
        """Return the client for a task's connection options. It sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        login = login_of(task, version="/v1", example=DEFAULT_URL)
        # The vendor describes no form of errors. Seen: a text, problem details (RFC 9457).
        hint = partial(_hint, task.params["api_password"])
        service = Service(f"{login.api_url}/v1", RATE_LIMIT, hint, OTHER_VERSIONS)
        storage = storage_of(task.params)
        rest = rest_client(task, service, login.auth, storage=storage, budget=login.budget)
        evidence = Evidence(task.params.get("accept_unproven") or (), task.warn)
        return cls(rest, api_url=login.api_url, storage=storage, evidence=evidence)

    # Reading

    def get(self, path: str, **query: Any) -> dict[str, Any] | None:
        """Return the object at a path; None if it does not exist (404, 410)."""
        return shown(path, super().get(path, **query))

    def items(self, path: str, **query: Any) -> list[dict[str, Any]] | None:
        """Return the objects at a path; None if the path does not exist (404, 410)."""
        return shown(path, super().items(path, **query))

    def listed(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Return the objects at a path that must exist.

        Raises:
            ApiError: also if the path does not exist.
        """
        found: list[dict[str, Any]] = self._shown(path, is_collection, query=query)
        return found

    def one(
        self, path: str, *, headers: dict[str, str] | None = None, query: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object at a path that must exist.

        Raises:
            ApiError: also if the path does not exist.
        """
        found: dict[str, Any] = self._shown(path, is_object, headers=headers, query=query)
        return found

    def _shown(self, path: str, shape: Callable[[Any], bool], **how: Any) -> Any:
        return shown(path, self.rest.request("GET", path, expect=(200,), shape=shape, **how).data)

    def organizations(self) -> list[dict[str, Any]]:
        """Return all organizations of the user."""
        return self.listed(ORGANIZATION.path)

    def products(self) -> list[dict[str, Any]]:
        """Return all products of all organizations of the user."""
        return [comparable(PRODUCT, item) for item in self.listed(PRODUCT.path)]

    def of_product(self, kind: Kind, product_id: str) -> list[dict[str, Any]]:
        """Return all objects of a kind in a product, each with the properties that a list shows."""
        return [comparable(kind, item) for item in self.listed(path_in_product(kind, product_id))]

    def by_id(self, kind: Kind, number: str | int) -> dict[str, Any] | None:
        """Return one object of a kind."""
        found = self.get(f"{kind.path}/{segment(number)}")
        return comparable(kind, found) if found else None

    def named(self, kind: Kind, product_id: str, name: str) -> dict[str, Any] | Absence:
        """Return the object of a kind with this name in a product, or the proof that it does not exist.

        Raises:
            ToolkitError: ``ambiguous`` if several have this name.
            Unproven: the responses do not show whether it exists.
        """
        title = f"{kind.title} {name}"
        with self.evidence.proving(title):
            found = self.find_named(kind, self.of_product(kind, product_id), name)
            if isinstance(found, Absence) or kind.listed_in_full:
                return found
            detail = self.by_id(kind, name_in(found, kind.id))
        if detail is None:
            raise Unproven(title, f"it is listed, and the API does not know its id {found[kind.id]}")
        return detail

    def find_named(self, kind: Kind, items: list[dict[str, Any]], name: str) -> dict[str, Any] | Absence:
        """Return the object with this name out of all, or the proof that it does not exist.

        Raises:
            ToolkitError: ``ambiguous`` if several have this name.
            Unproven: one of them does not show its name.
        """
        return only_named(kind, items, name) or self.evidence.find_in(
            f"{kind.title} {name}", items, kind.id, partial(is_named, name)
        )

    # Writing

    def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        repeat: bool | None = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> dict[str, Any] | None:
        """Send one write and return the object in its response, None if there is none.

        Args:
            method: the HTTP method.
            path: below the version.
            body: the data to send.
            repeat: whether to resend it although it may have been carried out; see `RestClient.request`.
            headers: more headers.
            query: the query parameters; those that are None are left out.
        """
        sent = completed(method, path, camel(body))
        answer = self.rest.request(method, path, query=query, body=sent, repeat=repeat, headers=headers)
        data = answer.data_or_none()
        return shown(path, data) if is_object(data) else None

    def add(
        self, path: str, body: Any, absence: Absence | None, find: Callable[[], dict[str, Any] | Absence]
    ) -> dict[str, Any] | None:
        """Add an object to a collection, at most once; see `post_free`.

        Returns:
            The added object; None if it was found instead, or if the response does not show it.
        """
        answer = self.post_free(path, completed("POST", path, camel(body)), absence, find)
        made = answer.data_or_none() if answer else None
        return shown(path, made) if is_object(made) else None

    def create(
        self,
        kind: Kind,
        path: str,
        body: dict[str, Any],
        absence: Absence | None,
        find: Callable[[], dict[str, Any] | Absence],
        first: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Add an object, at most once. If another run added it first, it is changed to the desired state.

        Args:
            kind: its kind.
            path: the collection.
            body: its properties.
            absence: the proof that no object has its name.
            find: looks it up by its name.
            first: more properties, which only a new one can be given.
        """
        made = self.add(path, to_send(kind, {**body, **(first or {})}), absence, find)
        if made:
            return comparable(kind, made)
        existing = added_object(f"The {kind.title} {body['name']!r}", find)
        left = changes(existing, body)
        return self.update(kind, existing, left) if left else existing

    def update(self, kind: Kind, current: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        """Change properties of an object. The others are sent unchanged, because a PUT may replace all."""
        properties = {name: current.get(name) for name in kind.properties} | changed
        told = self.write("PUT", object_path(kind, current), to_send(kind, properties, changed))
        return {**current, **changed, **comparable(kind, told or {})}

    def remove(self, kind: Kind, current: dict[str, Any], **query: Any) -> None:
        """Remove an object with everything in it."""
        self.delete(object_path(kind, current), **query)


def added_object(title: str, find: Callable[[], dict[str, Any] | Absence]) -> dict[str, Any]:
    """Return an object that was added by another run, or by a response that does not show it.

    Args:
        title: the object, as the beginning of a sentence.
        find: looks it up.

    Raises:
        ToolkitError: ``not_found``.
    """
    existing = find()
    if isinstance(existing, Absence):
        raise ToolkitError("not_found", f"{title} was added, but the API does not list it.", hint="Run the task again.")
    return existing


def _hint(password: str, error: ApiError, clock_offset: float | None) -> str:
    """Return the next step for the user."""
    if error.status == 401 and password != password.strip():
        return "Remove the space at the beginning or the end of api_password (CONFIGCAT_API_PASSWORD)."
    if error.status == 401:
        return (
            "Check api_user (CONFIGCAT_API_USER) and api_password (CONFIGCAT_API_PASSWORD), from the page Public API "
            "credentials of ConfigCat's dashboard."
        )
    if error.status == 403:
        return "Grant the permission in the permission group of the user whom these credentials belong to."
    if error.status == 404 and COLLECTION.fullmatch(error.call):
        return f"Check the path in api_url (CONFIGCAT_API_URL). ConfigCat's own address is {DEFAULT_URL}."
    if (error.status or 0) >= 500:
        return "Try again later, and check ConfigCat's status page if the error persists."
    return ""
