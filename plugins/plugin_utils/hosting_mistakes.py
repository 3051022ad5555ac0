# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mistakes in a customer's dictionary that can be found without a request.

Private to the collection. The modules that receive the options check them: each has a ``SPEC`` and a ``check``. Only
conflicts between parts are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import mistakes_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import name_key
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import domain_of, mail_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import checked_key
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import check_values
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import Part
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import validated
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake, secret_options

#: The modules that manage the parts of a customer, by their names.
MODULES: dict[str, ModuleType] = {
    name: import_module(f"ansible_collections.reseller.toolkit.plugins.modules.{name}")
    for name in (
        "reseller_account",
        "reseller_dns_zone",
        "reseller_domain",
        "reseller_linux_hosting",
        "reseller_linux_site",
        "reseller_mail_alias",
        "reseller_mail_zone",
        "reseller_mailbox",
        "reseller_mysql",
        "reseller_mysql_user",
        "reseller_scheduled_task",
        "reseller_ssh_key",
        "reseller_ssl",
    )
}


#: The names of all options that hold a secret, in any part.
SECRET_OPTIONS = frozenset(name for module in MODULES.values() for name in secret_options(module.SPEC["argument_spec"]))


def mistakes_in_part(part: Part, args: dict[str, Any]) -> list[Mistake]:
    """Return the mistakes that the module of a part would refuse before its first request.

    Args:
        part: the part.
        args: all options of the module, including those of the connection.
    """
    found = _mistakes(part, args)
    items = args.get(part.items.option) if part.items and found else None
    if not part.items or not items:
        return found
    # First the mistakes of each item, then those of the good items together.
    option, good, of_items = part.items.option, [], []
    for index, item in enumerate(items):
        bad = _mistakes(part, {**args, option: [item]}, index)
        of_items += bad
        if not any(mistake.place.startswith(part.place_of(option, index)) for mistake in bad):
            good.append(item)
    together = _mistakes(part, {**args, option: good}) if good else []
    return list(dict.fromkeys([*of_items, *together]))


def _mistakes(part: Part, args: dict[str, Any], index: int | None = None) -> list[Mistake]:
    """Return the mistakes that a module refuses. ``index`` is the item of its list that the options describe."""
    module = MODULES[part.module]
    validation = validated(module.SPEC, args)
    if validation.error_messages:
        return [Mistake(_place_of_item(part, index), message) for message in validation.error_messages]
    try:
        check_values(validation.validated_parameters)
        module.check(validation.validated_parameters)
    except ToolkitError as error:
        return [placed(part, one.message, index) for one in mistakes_in(error)]
    return []


def _place_of_item(part: Part, index: int | None) -> str:
    """Return the place of an item of a part's list, or of the part itself."""
    return part.place if index is None or not part.items else part.place_of(part.items.option, index)


def placed(part: Part, message: str, index: int | None = None) -> Mistake:
    """Return a module's message about an option with the option's place in the dictionary.

    Args:
        part: the part that the message concerns.
        message: the module's message, which begins with the option.
        index: the item of the part's list that it concerns, if that is known.
    """
    found = re.fullmatch(r"([a-z_]+)(?: ([a-z]+)| is (required))?: (.+)", message, re.DOTALL)
    spec = MODULES[part.module].SPEC["argument_spec"]
    if found is None:
        return Mistake(_place_of_item(part, index), message)
    option, detail, is_required, complaint = found.groups()
    complaint = f"it is required: {complaint}" if is_required else complaint
    of_item = spec[part.items.option].get("options", {}) if part.items else {}
    if part.items and index is not None and (option in of_item or option == part.items.option):
        place = part.place_of(option, index)
    elif option in spec:
        place = part.place_of(option)
    else:
        return Mistake(part.place, message)
    return Mistake(f"{place}.{detail}" if detail else place, complaint)


def mistakes_across(hosting: dict[str, Any]) -> list[Mistake]:
    """Return the conflicts between parts: a name that is used twice, mail for a domain that will not exist.

    Args:
        hosting: the normalized dictionary.
    """
    identifier = str(hosting.get("identifier", ""))
    domain = hosting.get("domain", {}).get("name", identifier)
    mail_zone = hosting.get("mail_zone", {})
    further = [item.get("hostname", "") for item in mail_zone.get("smtp_domains", [])]
    mail_domains = {_canonical(name) for name in (identifier, domain, *further)}
    return [
        *_twice("hosting.databases", "name", hosting.get("databases", []), _database_key),
        *_twice("hosting.sites", "site", hosting.get("sites", []), lambda name: _canonical(name or identifier)),
        *_twice("hosting.ssh_keys", "", [{"": key} for key in hosting.get("ssh_keys", [])], _key_body),
        *_elsewhere("hosting.mailboxes", hosting.get("mailboxes", []), mail_domains),
        *_elsewhere("hosting.mail_aliases", hosting.get("mail_aliases", []), mail_domains),
        *_zone_elsewhere(mail_zone.get("domain"), mail_domains),
        *_unrequested(hosting.get("ssl", {})),
    ]


def _twice(
    place: str, option: str, items: Iterable[dict[str, Any]], key_of: Callable[[Any], str | None]
) -> Iterator[Mistake]:
    """Yield the items whose name is the same to the API as that of an earlier one."""
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        key = key_of(item.get(option))
        if key is None:
            continue
        if key in seen:
            first, here = (f"{place}[{number}]" + (f".{option}" if option else "") for number in (seen[key], index))
            yield Mistake(here, f"to the API, this is the same as {first}.")
        seen.setdefault(key, index)


def _database_key(name: str | None) -> str | None:
    return name_key(name) if name else None


def _key_body(line: str) -> str | None:
    try:
        return checked_key("", line).body
    except ToolkitError:
        return None


def _elsewhere(place: str, items: Iterable[dict[str, Any]], domains: set[str]) -> Iterator[Mistake]:
    """Yield the addresses of domains that this customer will not have."""
    for index, item in enumerate(items):
        try:
            domain = domain_of(mail_address("", item.get("address", "")))
        except ToolkitError:
            continue
        if domain not in domains:
            yield Mistake(f"{place}[{index}].address", _not_of_customer(domain, domains))


def _zone_elsewhere(domain: str | None, domains: set[str]) -> Iterator[Mistake]:
    if domain and _canonical(domain) not in domains:
        yield Mistake("hosting.mail_zone.domain", _not_of_customer(domain, domains))


def _not_of_customer(domain: str, domains: set[str]) -> str:
    return f"{domain} is not a domain of this customer, who has {', '.join(sorted(domains))}."


def _unrequested(ssl: dict[str, Any]) -> Iterator[Mistake]:
    """Yield the options that are missing for a signing request that the role creates."""
    if "key_path" in ssl and not ("csr_path" in ssl and "common_name" in ssl and "csr_content" not in ssl):
        yield Mistake(
            "hosting.ssl.key_path",
            "with it, the role creates the signing request. Set hosting.ssl.csr_path and hosting.ssl.common_name, and "
            "leave out hosting.ssl.csr_content.",
        )
    if "key_path" in ssl:
        named = [("common_name", ssl.get("common_name"))]
        named += [(f"names[{index}]", name) for index, name in enumerate(ssl.get("names", []))]
        for option, name in named:
            try:
                if name:
                    ascii_domain("", name, wildcard=True)
            except ToolkitError as error:
                yield Mistake(f"hosting.ssl.{option}", error.message.removeprefix(": "))


def _canonical(name: str) -> str:
    try:
        return ascii_domain("", name)
    except ToolkitError:
        return name.lower()
