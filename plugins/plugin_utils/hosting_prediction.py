# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes and orders of a run of the role ``hosting``, from the predictions of each part's module.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import assumed_in
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import LOOPS, PARTS, Part
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake

#: The keys that the two runners add to a module's result.
OF_RUNNERS = frozenset({"failed", "invocation", "deprecations"})


class Prediction:
    """Collects the predictions of the parts.

    Args:
        hosting: the normalized dictionary.
        request_fits: whether the signing request, if the role manages it, needs no change.

    Attributes:
        results: the prediction of each part, by its key; a list for a part with a loop.
        mistakes: the reasons why the run would fail.
    """

    def __init__(self, hosting: dict[str, Any], *, request_fits: bool) -> None:
        self._hosting = hosting
        self._request_fits = request_fits
        self._assumed: list[tuple[Part, str]] = []
        self._warnings: list[tuple[str, str]] = []
        self._account_failed = False
        self.results: dict[str, Any] = {}
        self.mistakes: list[Mistake] = []

    def add(self, part: Part, result: dict[str, Any]) -> None:
        """Add the prediction of a part."""
        result = {name: value for name, value in result.items() if name not in OF_RUNNERS}
        warnings = result.pop("warnings")
        assumed = assumed_in(warnings)
        self._assumed += [(part, thing) for thing in assumed]
        self._warnings += [(part.key, warning) for warning in warnings if not assumed_in([warning])]
        if part.index is None:
            self.results[part.key] = result
        else:
            self.results[part.key][part.index] = result

    def failed(self, part: Part, mistake: Mistake) -> None:
        """Add the reason why a part would fail."""
        self._account_failed = self._account_failed or part.key == "account"
        self.mistakes.append(mistake)

    @property
    def account_id(self) -> int | None:
        """Return the account's id, None if it does not exist yet."""
        account = self.results.get("account", {}).get("account") or {}
        found: int | None = account.get("id")
        return found

    @property
    def database_names(self) -> list[str | None]:
        """Return the provisioned or the requested names of the databases; None for those that are not known."""
        return [(result.get("database") or {}).get("name") for result in self.results.get("databases", [])]

    def waits_for_certificate(self, part: Part) -> bool:
        """Return whether a site's https is skipped for now: its certificate is requested but not issued yet."""
        certificate = self.results.get("certificate")
        if certificate is None or part.args.get("letsencrypt"):
            return False
        return certificate.get("state") != "present" and not certificate.get("would_purchase")

    def find_missing_parents(self) -> None:
        """Add a mistake for each missing object that a part needs and that no other part orders."""
        made = {thing.casefold() for thing in self._made()}
        for part, thing in self._assumed:
            if thing.casefold() not in made and not (thing.startswith("https at ") and self._comes_with_https(part)):
                complaint = f"{thing} does not exist, and nothing in this dictionary orders it."
                self.mistakes.append(Mistake(part.place, complaint))

    def _comes_with_https(self, part: Part) -> bool:
        """Return whether a site will have a certificate by the time its https is enabled."""
        return "certificate" in self.results or bool(part.args.get("letsencrypt"))

    def find_unconfirmed(self) -> None:
        """Add a mistake for each purchase that no sentence confirms, before anything else is paid for."""
        for key, option in (("domain", "domain"), ("certificate", "ssl")):
            sentence = self.results.get(key, {}).get("would_purchase")
            if sentence and not self._hosting[option].get("confirm_purchase"):
                complaint = f"it costs money. To buy it, set this to {sentence!r}."
                self.mistakes.append(Mistake(f"hosting.{option}.confirm_purchase", complaint))

    def _made(self) -> Iterator[str]:
        """Yield the objects that the run would create, and those that come with them."""
        identifier = str(self._hosting.get("identifier"))
        account = self.results.get("account", {})
        if self._account_failed or account.get("changed"):
            name = (account.get("account") or {}).get("identifier") or identifier
            yield from (f"{kind} {name}" for kind in ("account", "Linux hosting", "mail zone", "zone"))
        domain = self.results.get("domain", {})
        if domain.get("would_purchase"):
            yield from (f"{kind} {domain['domain']['domain_name']}" for kind in ("mail zone", "zone"))
        # A database whose order would fail has already been reported.
        for index, database in enumerate(self._hosting.get("databases", [])):
            result = self.results["databases"][index]
            if result.get("changed") or not result:
                yield f"database {database.get('name')}"

    def orders(self) -> list[dict[str, str]]:
        """Return the orders of the run, each with its ``kind`` and ``name``."""
        found = []
        account = self.results["account"]
        if account["changed"]:
            found.append(("account", account["account"]["identifier"]))
        domain = self.results.get("domain", {})
        if domain.get("would_purchase"):
            found.append(("domain", domain["domain"]["domain_name"]))
        for index, database in enumerate(self.results.get("databases", [])):
            name = self._hosting["databases"][index]["name"]
            if is_created(database):
                found.append(("database", name))
            users = self.results["users"][index]
            before = (users.get("diff") or {}).get("before") or {}
            new = [user["name"] for user in users.get("users", []) if user["changed"] and not before.get(user["name"])]
            found += [("user", f"{user} of database {name}") for user in new]
        certificate = self.results.get("certificate", {})
        if certificate.get("would_purchase"):
            found.append(("certificate", certificate["would_purchase"].removeprefix("ssl ")))
        return [{"kind": kind, "name": name} for kind, name in found]

    def todo(self) -> list[str]:
        """Return the parts that have to run. The others are in the desired state, and were read already."""
        asked = [key for key in PARTS if key in self.results]
        # Parts of an account or a domain that does not exist yet can't be predicted.
        if self.results["account"]["changed"] or self.results.get("domain", {}).get("would_purchase"):
            return asked
        certificate = self.results.get("certificate")
        found = {key for key in asked if any(map(is_work, self._results_of(key)))}
        if certificate is not None and (certificate["state"] != "present" or not self._request_fits):
            # An ongoing request must be followed, and https waits for it.
            found.add("certificate")
        if "certificate" in found:
            found.add("https")
        return [key for key in asked if key in found]

    def _results_of(self, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.results[key] if key in LOOPS else [self.results[key]]
        return found

    def as_result(self) -> dict[str, Any]:
        """Return the result of a check that found no mistake."""
        orders, todo = self.orders(), self.todo()
        for key in self.results:
            for result in self._results_of(key):
                result.pop("diff", None)
        return {
            "changed": False,
            "would_change": bool(todo),
            "todo": todo,
            "orders": orders,
            "parts": self.results,
            "request_fits": self._request_fits,
            # A part that has to run gives its own warnings.
            "warnings": [warning for key, warning in self._warnings if key not in todo],
        }


def is_created(result: dict[str, Any]) -> bool:
    """Return whether a module in check mode would create its object."""
    return bool(result.get("changed")) and not (result.get("diff") or {}).get("before")


def is_work(result: dict[str, Any]) -> bool:
    """Return whether a part has something to do: a change, or an earlier order to close."""
    many = [item for name in ("users", "mailboxes", "aliases") for item in result.get(name) or []]
    return any(item.get("changed") or item.get("recovered") for item in (result, *many) if isinstance(item, dict))
