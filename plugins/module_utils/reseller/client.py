# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reseller API's endpoints, named as the API names them.

Private to the collection. Source of paths, statuses and headers: the vendor's description of the API (v2).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    check_login,
    check_transport,
    rest_client,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import TOLERATED_OFFSET, HmacAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.memory import learned_case, remember_case
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import api_address
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import (
    ErrorDetail,
    RestClient,
    Service,
    is_collection,
    is_object,
    segment,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, read_all
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.shared import SharedReads
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import chosen_state_dir, fingerprint

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The items asked for at once; the API hands out 25 when nobody asks, and accepts this many.
TAKE = 1000
RATE_LIMIT = RateLimitHeaders("X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Limit")

#: Whether with an answer there is nothing to do, so that one is enough that another task of this run got.
Enough = Callable[[Any], bool]


class ResellerClient(Resources):
    """Calls the reseller API.

    Methods that read one thing return None when there is none. All raise `ApiError`. Those that take ``enough`` ask
    anew, unless another task of this run got an answer that is enough (see `SharedReads`).

    Args:
        rest: the HTTP client.
        api_url: the API's address without its version, which also names the API in the journal.
        key_fingerprint: stands for the API key where it is written down.
        state_dir: the folder for what outlives a task.
        shared: the answers that the tasks of this run share.
        sleep: how to wait for what shows a moment after it was added.
    """

    def __init__(
        self, rest: RestClient, *, key_fingerprint: str, shared: SharedReads | None = None, **resources: Any
    ) -> None:
        super().__init__(rest, **resources)
        self.key_fingerprint = key_fingerprint
        self.shared = shared or SharedReads(None, "")

    @classmethod
    def for_task(cls, task: Task) -> ResellerClient:
        """The client that a task's connection options describe; sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        check_login("api_key", params["api_key"])
        if not params["api_secret"]:
            raise invalid("api_secret", "it is empty.")
        check_transport(params)
        api_url = api_address(params)
        state_dir = chosen_state_dir(params["state_dir"])
        auth = HmacAuth(
            params["api_key"],
            params["api_secret"],
            keep_case=learned_case(state_dir, api_url),
            on_case_learned=lambda keep_case: remember_case(state_dir, api_url, keep_case),
        )
        service = Service(f"{api_url}/v2", RATE_LIMIT, _read_error, _hint)
        budget = f"{api_url} {params['api_key']}"
        run = task.playbook_run if params["read_cache"] else ""
        shared = SharedReads(os.path.join(state_dir, "reads", fingerprint(budget)), run)
        rest = rest_client(task, service, auth, budget=budget, shared=shared)
        key_fingerprint = fingerprint(params["api_key"])
        return cls(rest, api_url=api_url, state_dir=state_dir, key_fingerprint=key_fingerprint, shared=shared)

    # Reading

    def collection(self, path: str, identity: str, **query: Any) -> list[dict[str, Any]]:
        """All items of a paged collection.

        Args:
            path: the collection.
            identity: the property that tells two items apart.
            query: filters.
        """

        def read_page(skip: int) -> Page:
            answer = self.rest.request(
                "GET", path, query={"skip": skip or None, "take": TAKE, **query}, shape=is_collection
            )
            total = answer.headers.get("X-Paging-TotalResults", "")
            return Page(answer.data or [], int(total) if total.isdigit() else None)

        return read_all(read_page, lambda item: item.get(identity))

    def _shared_get(self, path: str, enough: Enough | None) -> dict[str, Any] | None:
        """`get`, unless an answer that this run shares is enough."""
        return self.get(path) if enough is None else self.shared.get(path, path, lambda: self.get(path), enough)

    def accounts(self, **filters: Any) -> list[dict[str, Any]]:
        """Accounts; the server's filter ``identifier`` is not exact."""
        return self.collection("/accounts", "id", **filters)

    def listed_accounts(self, identifier: str) -> list[dict[str, Any]]:
        """The accounts that tasks of this run were told of, none while asking for a single one is cheaper.

        Args:
            identifier: the account that is looked for.
        """
        return self.shared.listed("/accounts", f"/accounts/{segment(identifier)}", self.accounts) or []

    def account(self, account_id: int) -> dict[str, Any] | None:
        """One account with its service pack and add-ons."""
        return self.get(f"/accounts/{segment(account_id)}")

    def servicepacks(self, enough: Enough | None = None) -> list[dict[str, Any]]:
        """All service packs that can be ordered."""
        if enough is None:
            return self.items("/servicepacks") or []
        return self.shared.get("/servicepacks", "/servicepacks", self.servicepacks, enough)

    def linux_hosting(self, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
        """A Linux hosting with its settings, its sites and the names of its databases."""
        return self._shared_get(f"/linuxhostings/{segment(domain_name)}", enough)

    def linux_hostings(self) -> list[dict[str, Any]]:
        """All Linux hostings, without their settings."""
        return self.collection("/linuxhostings", "domain_name")

    def php_versions(self, domain_name: str) -> list[str]:
        """The PHP versions that a Linux hosting can have."""
        found = self.items(f"/linuxhostings/{segment(domain_name)}/phpsettings/availableversions")
        return [str(item["version"]) for item in found or []]

    def scheduled_tasks(self, domain_name: str) -> list[dict[str, Any]] | None:
        """The scheduled tasks of a Linux hosting; None when there is no such hosting."""
        return self.items(f"/linuxhostings/{segment(domain_name)}/scheduledtasks")

    def scheduled_task(self, domain_name: str, task_id: str) -> dict[str, Any] | None:
        """One scheduled task of a Linux hosting."""
        return self.get(f"/linuxhostings/{segment(domain_name)}/scheduledtasks/{segment(task_id)}")

    def ssh_keys(self, domain_name: str, enough: Enough | None = None) -> list[dict[str, Any]] | None:
        """The SSH keys of a Linux hosting; None when there is no such hosting."""
        hosting = f"/linuxhostings/{segment(domain_name)}"
        if enough is not None:
            listed = self.shared.listed("/ssh", hosting, self.all_ssh_keys) or []
            found = [
                {"fingerprint": key["fingerprint"], "public_key": key["public_key"]}
                for key in listed
                if domain_name in key["linux_hostings"]
            ]
            # A hosting without keys is not in the list, and may not exist.
            if found and enough(found):
                return found
        return self.items(f"{hosting}/ssh/keys")

    def all_ssh_keys(self) -> list[dict[str, Any]]:
        """All SSH keys, each with the Linux hostings that it is for."""
        return self.collection("/ssh", "fingerprint")

    def windows_hostings(self) -> list[dict[str, Any]]:
        """All Windows hostings, without their settings."""
        return self.collection("/windowshostings", "domain_name")

    def windows_hosting(self, domain_name: str) -> dict[str, Any] | None:
        """A Windows hosting with its settings and sites."""
        return self.get(f"/windowshostings/{segment(domain_name)}")

    def mail_zone(self, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
        """A domain's mail zone with everything in it but mailboxes."""
        return self._shared_get(f"/mailzones/{segment(domain_name)}", enough)

    def mailboxes(self, domain_name: str) -> list[dict[str, Any]]:
        """The mailboxes of a domain, without their settings; the API lists them of one domain only."""
        return self.items("/mailboxes", domain_name=domain_name) or []

    def mailbox(self, address: str) -> dict[str, Any] | None:
        """One mailbox with its settings."""
        return self.get(f"/mailboxes/{segment(address)}")

    def domains(self) -> list[dict[str, Any]]:
        """All domain names, without their name servers and registrants."""
        return self.collection("/domains", "domain_name")

    def domain(self, domain_name: str) -> dict[str, Any] | None:
        """One domain name with its name servers and its registrant."""
        return self.get(f"/domains/{segment(domain_name)}")

    def mysql_databases(self) -> list[dict[str, Any]]:
        """All databases of all accounts: the API can't filter them."""
        return self.collection("/mysqldatabases", "name")

    def mysql_database(self, name: str) -> dict[str, Any] | None:
        """One database by the name that it got."""
        return self.get(f"/mysqldatabases/{segment(name)}")

    def mysql_users(self, database: str) -> list[dict[str, Any]] | None:
        """The users of a database, by its provisioned name."""
        return self.items(f"/mysqldatabases/{segment(database)}/users")

    def ssl_certificates(self, enough: Enough | None = None) -> list[dict[str, Any]]:
        """All certificates, without their alternative names."""
        if enough is None:
            return self.collection("/sslcertificates", "sha1_fingerprint")
        return self.shared.get("/sslcertificates", "/sslcertificates", self.ssl_certificates, enough)

    def ssl_certificate(self, fingerprint_sha1: str) -> dict[str, Any] | None:
        """One certificate with its alternative names."""
        return self.get(f"/sslcertificates/{segment(fingerprint_sha1)}")

    def ssl_certificate_pfx(self, fingerprint_sha1: str, password: str) -> bytes:
        """The certificate with its chain as PKCS #12, protected by the password."""
        query = {"file_format": "pfx", "password": password}
        return self.rest.request("GET", f"/sslcertificates/{segment(fingerprint_sha1)}/download", query=query).content

    def ssl_certificate_requests(self) -> list[dict[str, Any]]:
        """All ongoing certificate requests, without their names and validations."""
        return self.collection("/sslcertificaterequests", "id")

    def ssl_certificate_request(self, request_id: int | str) -> Answer:
        """One request: 200 while it goes on, 303 when it became a certificate, 410 or 404 when it is gone."""
        path = f"/sslcertificaterequests/{segment(request_id)}"
        return self.rest.request("GET", path, expect=(200, 303, 404, 410), shape=is_object)

    def dns_records(self, domain_name: str, **filters: Any) -> list[dict[str, Any]] | None:
        """The records of a zone; None when the zone is not hosted here."""
        try:
            return self.collection(f"/dns/{segment(domain_name)}/records", "id", **filters)
        except ApiError as error:
            if error.status == 404:
                return None
            raise


def _read_error(data: Any) -> ErrorDetail:
    """The two forms of error bodies: one code with a text, or a list of complaints."""
    if not isinstance(data, dict):
        return ErrorDetail()
    complaints = data.get("validation_errors")
    return ErrorDetail(
        code=data.get("error_code"),
        text=data.get("error_text"),
        validation_errors=tuple(item for item in complaints or [] if isinstance(item, dict))
        if isinstance(complaints, list)
        else (),
    )


def _hint(error: ApiError, clock_offset: float | None) -> str:
    """What a person can do about it."""
    if error.status == 401:
        if abs(clock_offset or 0.0) > TOLERATED_OFFSET:
            return f"This machine's clock differs from the server's by {clock_offset:.0f} s: set it right."
        if "ip" in f"{error.code} {error.text}".lower().replace("_", " ").split():
            return (
                "Add the address that this request came from to the API's allow-list in the control panel, or "
                "delegate the task to a host that is on it."
            )
        return (
            "Check api_key and api_secret, and that the address that this request came from is on the API's "
            "allow-list in the control panel (an empty list lets nobody in)."
        )
    if error.status == 403:
        return "The user of this API key lacks a role for it, or the caller's address is not on the allow-list."
    if (error.status or 0) >= 500:
        return "The vendor is told of such errors. Try again later, and contact support if it stays."
    return ""
