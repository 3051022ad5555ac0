# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an order is about, read from its body: the key under which the modules note the same order.

Private to the collection. Modules know the key of what they order. A call that a user wrote has a body only, and must
end up under the same key, so that neither repeats a pending order of the other.

The families of resources are imported lazily: a call is about one of them at most, which saves 10 to 50 ms.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

Body = dict[str, Any]

CERTIFICATE_TYPES = ("standard", "multi_domain", "wildcard")
VALIDATION_LEVELS = ("domain_validated", "organization_validated", "extended_validated")


def natural_key(template: str, body: Any) -> str | None:
    """Return the key that the modules give to an order, or None if its body does not show what a module would order.

    Args:
        template: the path's template in `operations`.
        body: what is sent.

    Raises:
        ToolkitError: ``missing_library``, where a signing request can't be read without one.
    """
    key_of = KEYS.get(template)
    if key_of is None or not isinstance(body, dict):
        return None
    try:
        return key_of(body)
    except ToolkitError as error:
        if error.kind != "invalid_option":
            raise
        return None


def _account(body: Body) -> str:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
        account_identifier,
    )

    return account_identifier("identifier", _text(body, "identifier")).lower()


def _database(body: Body) -> str:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
        check_database_name,
    )
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_orders import order_key

    name = _text(body, "database_name")
    check_database_name("database_name", name)
    account_id = _property(body, "account_id")
    digits = str(account_id).strip()
    # A template may make a text of a number.
    if isinstance(account_id, bool) or not (digits.isascii() and digits.isdigit()):
        raise invalid("account_id", "it is no number.")
    return order_key(int(digits), name)


def _database_user(body: Body) -> str:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
        check_user_name,
    )

    name = _text(body, "name")
    check_user_name("name", name)
    return name


def _domain(body: Body) -> str:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import domain_name

    return domain_name("domain_name", _text(body, "domain_name"))


def _certificate(body: Body) -> str:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import Product
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr

    certificate_type = _choice(body, "certificate_type", CERTIFICATE_TYPES)
    validation_level = _choice(body, "validation_level", VALIDATION_LEVELS)
    return Product(certificate_type, validation_level, read_csr("csr", _string(body, "csr"))).key


def _text(body: Body, name: str) -> str:
    """A property of one line, without the spaces around it."""
    return line_of(name, _string(body, name))


def _choice(body: Body, name: str, choices: tuple[str, ...]) -> str:
    """The choice that a property means: the API writes its enums in different cases, with and without underscores."""
    given = _text(body, name).lower().replace("_", "")
    for choice in choices:
        if choice.replace("_", "") == given:
            return choice
    raise invalid(name, f"it is none of {', '.join(choices)}.")


def _string(body: Body, name: str) -> str:
    value = _property(body, name)
    if not isinstance(value, str):
        raise invalid(name, "it is no text.")
    return value


def _property(body: Body, name: str) -> Any:
    """A property of the body, whose name a server may compare without case.

    Raises:
        ToolkitError: ``invalid_option``, unless there is exactly one.
    """
    values = [value for given, value in body.items() if str(given).lower() == name]
    if len(values) != 1:
        raise invalid(name, f"it is given {len(values)} times.")
    return values[0]


#: What reads the key from a body, by the template of the path.
KEYS = {
    "/accounts": _account,
    "/domains/registrations": _domain,
    "/domains/transfers": _domain,
    "/mysqldatabases": _database,
    "/mysqldatabases/{databaseName}/users": _database_user,
    "/sslcertificaterequests": _certificate,
}
