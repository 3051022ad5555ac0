# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the role ``hosting``: the module of each part of the dictionary, and its options.

Private to the collection. The role's tasks get their options from here (filter ``hosting_part``), and so does the check
before them (action ``reseller_hosting_check``): the checked options are the ones that are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class ItemList(NamedTuple):
    """The option of a module that is a list of objects, each of which is checked separately.

    Attributes:
        option: the option.
        place: the place of the list in the dictionary.
        named_by: the suboption that identifies an item in the module's result; an empty text if there is none.
    """

    option: str
    place: str
    named_by: str = ""


@dataclass(frozen=True)
class Part:
    """One task of the role.

    Attributes:
        key: the task, such as ``databases``.
        module: the module's short name.
        place: the place of its options in the dictionary, such as ``hosting.databases[1]``.
        args: the module's options.
        index: the item of the task's loop; None for a task without a loop.
        places: the places of the options that are not at `place`.
        items: the option that is a list of objects, if there is one.
    """

    key: str
    module: str
    place: str
    args: dict[str, Any]
    index: int | None = None
    places: dict[str, str] = field(default_factory=dict)
    items: ItemList | None = None

    def place_of(self, option: str, index: int | None = None) -> str:
        """Return the place of an option in the dictionary.

        Args:
            option: an option of the module, or of an item of its list.
            index: the item of the list; None for an option of the module itself.
        """
        if self.items and index is not None:
            item = f"{self.items.place}[{index}]"
            return item if option == self.items.option else f"{item}.{option}"
        if self.items and option == self.items.option:
            return self.items.place
        return self.places.get(option, f"{self.place}.{option}")


def parts_of(
    hosting: dict[str, Any], *, account_id: int | None = None, database_names: Sequence[str | None] = ()
) -> list[Part]:
    """Return the tasks for a customer, in the order in which they run.

    Args:
        hosting: the normalized dictionary.
        account_id: the account's id, once it is known.
        database_names: the provisioned names of the databases, once they are known.
    """
    known = Known(str(hosting.get("identifier", "")), account_id, database_names)
    return [part for make, _keys in PARTS.values() for part in make(hosting, known)]


def one_part(
    key: str, hosting: dict[str, Any], *, account_id: int | None = None, database_names: Sequence[str | None] = ()
) -> list[Part]:
    """Return the part of `parts_of` for one task, one for each item of its loop."""
    make, _keys = PARTS[key]
    return list(make(hosting, Known(str(hosting.get("identifier", "")), account_id, database_names)))


class Known(NamedTuple):
    """The facts that several parts use.

    Attributes:
        identifier: the account's identifier.
        account_id: its id, None if it is not known yet.
        database_names: the provisioned names of the databases, as far as they are known.
    """

    identifier: str
    account_id: int | None
    database_names: Sequence[str | None]

    @property
    def account(self) -> str:
        """Return the account for options. The identifier saves a request, but digits only would look like an id."""
        return self.identifier if "." in self.identifier or self.account_id is None else str(self.account_id)


OF_HOSTING = {"domain": "hosting.identifier"}


def _account(hosting: dict[str, Any], _known: Known) -> Iterator[Part]:
    args = _only(hosting, "identifier", "servicepack", "ftp_password")
    yield Part("account", "reseller_account", "hosting", args)


def _linux(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("linux"):
        args = {"domain": known.identifier, **hosting["linux"]}
        yield Part("linux", "reseller_linux_hosting", "hosting.linux", args, places=OF_HOSTING)


def _sites(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    for index, site in enumerate(hosting.get("sites", [])):
        if site.get("site") or site.get("host_headers"):
            yield _site("sites", index, known, _only(site, "site", "path", "host_headers"))


def _https(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    for index, site in enumerate(hosting.get("sites", [])):
        if any(name in site for name in ("letsencrypt", "http2", "https_redirect")):
            # In check mode the site may not exist yet, so it is described in full.
            yield _site("https", index, known, site)


def _site(key: str, index: int, known: Known, site: dict[str, Any]) -> Part:
    args = {"domain": known.identifier, **site}
    return Part(key, "reseller_linux_site", f"hosting.sites[{index}]", args, index, OF_HOSTING)


def _ssh_keys(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("ssh_keys"):
        args = {"domain": known.identifier, "keys": hosting["ssh_keys"]}
        items = ItemList("keys", "hosting.ssh_keys")
        yield Part("ssh_keys", "reseller_ssh_key", "hosting.ssh_keys", args, places=OF_HOSTING, items=items)


def _scheduled_tasks(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("scheduled_tasks"):
        args = {"domain": known.identifier, "tasks": hosting["scheduled_tasks"]}
        place = "hosting.scheduled_tasks"
        yield Part(
            "scheduled_tasks", "reseller_scheduled_task", place, args, places=OF_HOSTING, items=ItemList("tasks", place)
        )


def _domain(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("domain"):
        given = hosting["domain"]
        places = {} if "name" in given else {"name": "hosting.identifier"}
        yield Part("domain", "reseller_domain", "hosting.domain", {"name": known.identifier, **given}, places=places)


def _databases(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    for index, database in enumerate(hosting.get("databases", [])):
        args = {"account": known.account, **_only(database, "name", "password", "allow_long_name")}
        place = f"hosting.databases[{index}]"
        yield Part("databases", "reseller_mysql", place, args, index, {"account": "hosting.identifier"})


def _users(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    for index, database in enumerate(hosting.get("databases", [])):
        if database.get("users"):
            provisioned = dict(enumerate(known.database_names)).get(index)
            args = {
                "account": known.account,
                "database": provisioned or database.get("name", ""),
                "users": database["users"],
            }
            place = f"hosting.databases[{index}]"
            places = {"account": "hosting.identifier", "database": f"{place}.name"}
            items = ItemList("users", f"{place}.users", "name")
            yield Part("users", "reseller_mysql_user", place, args, index, places, items)


def _dns(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("dns"):
        args = {"zone": known.identifier, **hosting["dns"]}
        places = {} if "zone" in hosting["dns"] else {"zone": "hosting.identifier"}
        items = ItemList("record_sets", "hosting.dns.record_sets")
        yield Part("dns", "reseller_dns_zone", "hosting.dns", args, places=places, items=items)


def _mailboxes(hosting: dict[str, Any], _known: Known) -> Iterator[Part]:
    if hosting.get("mailboxes"):
        items = ItemList("mailboxes", "hosting.mailboxes", "address")
        args = {"mailboxes": hosting["mailboxes"]}
        yield Part("mailboxes", "reseller_mailbox", "hosting.mailboxes", args, items=items)


def _mail_aliases(hosting: dict[str, Any], _known: Known) -> Iterator[Part]:
    if hosting.get("mail_aliases"):
        items = ItemList("aliases", "hosting.mail_aliases", "address")
        args = {"aliases": hosting["mail_aliases"]}
        yield Part("mail_aliases", "reseller_mail_alias", "hosting.mail_aliases", args, items=items)


def _mail_zone(hosting: dict[str, Any], known: Known) -> Iterator[Part]:
    if hosting.get("mail_zone"):
        args = {"domain": known.identifier, **hosting["mail_zone"]}
        places = {} if "domain" in hosting["mail_zone"] else OF_HOSTING
        items = ItemList("smtp_domains", "hosting.mail_zone.smtp_domains")
        yield Part("mail_zone", "reseller_mail_zone", "hosting.mail_zone", args, places=places, items=items)


def _certificate(hosting: dict[str, Any], _known: Known) -> Iterator[Part]:
    if hosting.get("ssl"):
        of_request = ("key_path", "common_name", "names", "subject")
        args = {name: value for name, value in hosting["ssl"].items() if name not in of_request}
        yield Part("certificate", "reseller_ssl", "hosting.ssl", args)


#: What makes each part, and the options of ``hosting`` that it needs, in the order in which the tasks run: what can
#: only be known once the account exists comes directly after it, and what is paid for after that.
PARTS: dict[str, tuple[Callable[[dict[str, Any], Known], Iterator[Part]], tuple[str, ...]]] = {
    "account": (_account, ("identifier", "servicepack", "ftp_password")),
    "linux": (_linux, ("identifier", "linux")),
    "sites": (_sites, ("identifier", "sites")),
    "ssh_keys": (_ssh_keys, ("identifier", "ssh_keys")),
    "scheduled_tasks": (_scheduled_tasks, ("identifier", "scheduled_tasks")),
    "domain": (_domain, ("identifier", "domain")),
    "databases": (_databases, ("identifier", "databases")),
    "users": (_users, ("identifier", "databases")),
    "dns": (_dns, ("identifier", "dns")),
    "mailboxes": (_mailboxes, ("mailboxes",)),
    "mail_aliases": (_mail_aliases, ("mail_aliases",)),
    "mail_zone": (_mail_zone, ("identifier", "mail_zone")),
    "certificate": (_certificate, ("ssl",)),
    "https": (_https, ("identifier", "sites")),
}

#: The parts that have a loop, and the option of ``hosting`` that it is over.
LOOPS = {"sites": "sites", "databases": "databases", "users": "databases", "https": "sites"}


def _only(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
