# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's public management API, with its objects in the words of Ansible.

Private to the collection. Source of paths, statuses and headers: the vendor's description of the API (v1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import PERMISSIONS, camel, shown
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    canonical_url,
    check_login,
    check_transport,
    rest_client,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import BasicAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_collection, is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    Evidence,
    Unproven,
    matches,
    name_in,
    text_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import ErrorDetail, Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state_files import chosen_state_dir

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

RATE_LIMIT = RateLimitHeaders("X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", reset_is="time")


@dataclass(frozen=True)
class Kind:
    """A kind of object with a name: how the API calls it and where it has it.

    Attributes:
        title: what it is called in messages.
        path: what the path of one of them begins with.
        id: the property that tells two of them apart.
        properties: what a PUT replaces.
        texts: those of them that the API shows as null when they are empty.
        listed_in_full: whether a list of them tells all of each.
        sent_if_any: those of the texts that are sent empty only to remove what is there.
    """

    title: str
    path: str
    id: str
    properties: tuple[str, ...]
    texts: tuple[str, ...] = ()
    listed_in_full: bool = True
    sent_if_any: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What it is called in results and in names of modules."""
        return self.title.replace(" ", "_")


PRODUCT = Kind("product", "/products", "product_id", ("name", "description"), ("description",))
CONFIG = Kind("config", "/configs", "config_id", ("name", "description"), ("description",))
ENVIRONMENT = Kind(
    "environment",
    "/environments",
    "environment_id",
    ("name", "color", "description"),
    ("color", "description"),
    sent_if_any=("color",),
)
TAG = Kind("tag", "/tags", "tag_id", ("name", "color"), ("color",), sent_if_any=("color",))
SEGMENT = Kind(
    "segment",
    "/segments",
    "segment_id",
    ("name", "description", "comparison_attribute", "comparator", "comparison_value"),
    ("description",),
    listed_in_full=False,
)
#: What is sent of the access to an environment; the API shows more of it, and refuses that.
ENVIRONMENT_ACCESS = ("environment_id", "environment_access_type")
#: Permissions to delete, each with the one that the API demands beside it.
COMPANIONS = {
    f"can_delete_{thing}": f"can_create_or_update_{thing}"
    for thing in ("config", "environment", "segments", "setting", "tag")
}
PERMISSION_GROUP = Kind(
    "permission group",
    "/permissions",
    "permission_group_id",
    ("name", "access_type", "new_environment_access_type", "environment_accesses", *PERMISSIONS),
)


class ConfigCatClient(Resources):
    """Calls ConfigCat's public management API.

    Methods that read one thing return None when there is none. All raise `ApiError`.
    """

    @classmethod
    def for_task(cls, task: Task) -> ConfigCatClient:
        """The client that a task's connection options describe; sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        user, password = params["api_user"], params["api_password"]
        check_login("api_user", user)
        if not password:
            raise invalid("api_password", "it is empty.")
        check_transport(params)
        api_url = canonical_url(params["api_url"], version="/v1", example=DEFAULT_URL)
        # As the header has them, should a server's complaint repeat it.
        task.secrets.add(f"{user}:{password}")
        service = Service(f"{api_url}/v1", RATE_LIMIT, _read_error, _hint)
        rest = rest_client(task, service, BasicAuth(user, password), budget=f"{api_url} {user}")
        evidence = Evidence(params.get("accept_unproven") or (), task.warn)
        return cls(rest, api_url=api_url, state_dir=chosen_state_dir(params["state_dir"]), evidence=evidence)

    # Reading

    def get(self, path: str, **query: Any) -> dict[str, Any] | None:
        """The thing at a path; None when there is none (404, 410)."""
        return shown(path, super().get(path, **query))

    def items(self, path: str, **query: Any) -> list[dict[str, Any]] | None:
        """The things at a path; None when there is no such path (404, 410)."""
        return shown(path, super().items(path, **query))

    def listed(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The things at a path that has to exist.

        Raises:
            ApiError: also when there is no such path.
        """
        found: list[dict[str, Any]] = self._shown(path, is_collection, query=query)
        return found

    def one(self, path: str, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """The thing at a path that has to exist.

        Raises:
            ApiError: also when there is no such path.
        """
        found: dict[str, Any] = self._shown(path, is_object, headers=headers)
        return found

    def _shown(self, path: str, shape: Callable[[Any], bool], **how: Any) -> Any:
        return shown(path, self.rest.request("GET", path, expect=(200,), shape=shape, **how).data)

    def organizations(self) -> list[dict[str, Any]]:
        """All organizations of the user."""
        return self.listed("/organizations")

    def products(self) -> list[dict[str, Any]]:
        """All products of all organizations of the user."""
        return [_told(PRODUCT, item) for item in self.listed(PRODUCT.path)]

    def of_product(self, kind: Kind, product_id: str) -> list[dict[str, Any]]:
        """All objects of a kind in a product, each with what a list tells of it."""
        return [_told(kind, item) for item in self.listed(path_in_product(kind, product_id))]

    def by_id(self, kind: Kind, number: str | int) -> dict[str, Any] | None:
        """One object of a kind."""
        found = self.get(f"{kind.path}/{segment(number)}")
        return _told(kind, found) if found else None

    def named(self, kind: Kind, product_id: str, name: str) -> dict[str, Any] | Absence:
        """One object of a kind in a product, or the proof that there is none.

        Raises:
            ToolkitError: ``ambiguous``, when several have this name.
            Unproven: the API does not tell.
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
        """The one of this name out of all, or the proof that there is none.

        Raises:
            ToolkitError: ``ambiguous``, when several have this name.
            Unproven: one of them does not tell its name.
        """
        return only_named(kind, items, name) or self.evidence.find_in(
            f"{kind.title} {name}", items, kind.id, partial(_is_named, name)
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
        """One write; the object that it answers with, None when it tells nothing.

        Args:
            method: the HTTP method.
            path: below the version.
            body: what to send.
            repeat: whether it may be sent again although it may have been carried out; see `RestClient.request`.
            headers: more headers.
            query: the parameters; those that are None are left out.
        """
        answer = self.rest.request(method, path, query=query, body=camel(body), repeat=repeat, headers=headers)
        data = answer.data_or_none()
        return shown(path, data) if is_object(data) else None

    def add(
        self, path: str, body: Any, absence: Absence | None, find: Callable[[], dict[str, Any] | Absence]
    ) -> dict[str, Any] | None:
        """Add to a collection, once; see `post_free`.

        Returns:
            what was added; None when it was found instead, or when the answer does not tell.
        """
        answer = self.post_free(path, camel(body), absence, find)
        made = answer.data_or_none() if answer else None
        return shown(path, made) if is_object(made) else None

    def create(
        self,
        kind: Kind,
        path: str,
        body: dict[str, Any],
        absence: Absence | None,
        find: Callable[[], dict[str, Any] | Absence],
    ) -> dict[str, Any]:
        """Add an object, once; one that another run was faster to add is changed to what is wanted.

        Args:
            kind: what it is.
            path: the collection.
            body: its properties.
            absence: the proof that there is none of this name.
            find: looks it up by its name.
        """
        made = self.add(path, _sent(kind, body), absence, find)
        if made:
            return _told(kind, made)
        there = find()
        if isinstance(there, Absence):
            raise ToolkitError(
                "not_found",
                f"The {kind.title} {body['name']!r} was added, and is not shown.",
                hint="Run the task again.",
            )
        left = changes(there, body)
        return self.update(kind, there, left) if left else there

    def update(self, kind: Kind, current: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        """Change properties of an object. The others are sent as they are: a PUT may replace all."""
        all_of_it = {name: current.get(name) for name in kind.properties} | changed
        path = f"{kind.path}/{segment(name_in(current, kind.id))}"
        told = self.write("PUT", path, _sent(kind, all_of_it, changed))
        return {**current, **changed, **_told(kind, told or {})}

    def remove(self, kind: Kind, current: dict[str, Any]) -> None:
        """Remove an object with all that is in it."""
        self.delete(f"{kind.path}/{segment(name_in(current, kind.id))}")


def path_in_product(kind: Kind, product_id: str) -> str:
    """The path of all objects of a kind in a product."""
    return f"{PRODUCT.path}/{segment(product_id)}{kind.path}"


def only_named(kind: Kind, items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The one that certainly has this name; None proves nothing, see `ConfigCatClient.find_named`.

    Raises:
        ToolkitError: ``ambiguous``, when there are several.
    """
    found = matches(items, partial(_is_named, name))
    if len(found) > 1:
        raise ToolkitError(
            "ambiguous",
            f"There are {len(found)} {kind.title}s named {name!r}: "
            f"{', '.join(str(item.get(kind.id)) for item in found)}.",
            hint="Say which one is meant by its id.",
        )
    return found[0] if found else None


def _is_named(name: str, item: dict[str, Any]) -> bool:
    return text_in(item, "name") == name


def _sent(kind: Kind, properties: dict[str, Any], changed: Collection[str] = ()) -> dict[str, Any]:
    """Return the properties as they are sent: without those that say nothing, or that the API refuses.

    Args:
        kind: what they are of.
        properties: all of them.
        changed: the names of those that replace another value.
    """
    body = {
        name: value
        for name, value in properties.items()
        if value is not None and (value != "" or name in changed or name not in kind.sent_if_any)
    }
    # As the vendor's Terraform provider does: the API refuses accesses beside another access type than custom.
    if body.get("access_type", "custom") != "custom":
        body.pop("environment_accesses", None)
    if "environment_accesses" in body:
        body["environment_accesses"] = [
            {name: item[name] for name in ENVIRONMENT_ACCESS if name in item} for item in body["environment_accesses"]
        ]
    return body


def _told(kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
    """An object as it is compared: without null for a text that is empty."""
    return {**item, **{name: "" for name in kind.texts if item and item.get(name) is None}}


def _read_error(data: Any) -> ErrorDetail:
    """Return what an error body says. The vendor describes none; seen are a text and problem details (RFC 9457)."""
    # Loaded when something fails: most tasks never do, and all would pay for it.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.problems import read_problem

    return read_problem(data)


def _hint(error: ApiError, clock_offset: float | None) -> str:
    """What a person can do about it."""
    if error.status == 401:
        return "Check api_user and api_password, from the page Public API credentials of ConfigCat's dashboard."
    if error.status == 403:
        return "The user of these credentials lacks a permission for it: see the user's permission group."
    if (error.status or 0) >= 500:
        return "Try again later, and see ConfigCat's status page if it stays."
    return ""
