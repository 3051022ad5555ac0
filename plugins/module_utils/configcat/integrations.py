# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrations of a product with other services, such as Datadog and Slack.

Private to the collection. Source of types and parameters: the vendor's description of the API, and for PubNub, which is
not described yet, the vendor's Terraform provider.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient, added_object
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PRODUCT, Kind, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import check_length
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, changes, plain
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    name_in,
    nullable_in,
    object_in,
    texts_in,
)

INTEGRATION = Kind("integration", "/integrations", "integration_id", ("name",))
#: The secret parameters of each type.
SECRETS = {
    "dataDog": ("apikey",),
    "slack": ("incoming_webhook.url",),
    "amplitude": ("apiKey", "secretKey"),
    "mixPanel": ("serviceAccountSecret",),
    "segment": ("writeKey",),
    "pubNub": ("pubKey", "subKey"),
}
#: The other parameters of each type, with whether they are required.
OTHERS: dict[str, dict[str, bool]] = {
    "dataDog": {"site": False},
    "slack": {},
    "amplitude": {},
    "mixPanel": {"serviceAccountUserName": True, "projectId": True, "server": False},
    "segment": {"server": False},
    "pubNub": {"channel": True},
}
TYPES = tuple(SECRETS)
KNOWN_SECRETS = frozenset(name for names in SECRETS.values() for name in names)
PUBLIC = frozenset(name for names in OTHERS.values() for name in names)
#: The options with parameters.
PARAMETERS, SECRET_PARAMETERS = "parameters", "secret_parameters"
#: Where the values of secret parameters are kept between a read and a write. Nothing of it reaches a result.
VALUES = "secret_values"
#: The lists that narrow what an integration is for; empty for everything.
LISTS = ("environment_ids", "config_ids")
#: An integration that has nothing but its name yet.
NOTHING_SET: dict[str, Any] = {PARAMETERS: {}, VALUES: {}, **{name: [] for name in LISTS}}


def integrations_path(product: dict[str, Any]) -> str:
    """Return the path of all integrations of a product."""
    return f"{object_path(PRODUCT, product)}{INTEGRATION.path}"


def checked_parameters(option: str, given: dict[str, Any] | None, kind: str | None) -> dict[str, str] | None:
    """Return parameters as texts; None if they are not given. No message shows a value.

    Args:
        option: the name of the option: secrets are accepted in one only, and everything else in the other.
        given: the parameters by their names.
        kind: the type of the integration; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if given is None:
        return None
    tables: dict[str, Any] = SECRETS if option == SECRET_PARAMETERS else OTHERS
    other = PARAMETERS if option == SECRET_PARAMETERS else SECRET_PARAMETERS
    kinds = TYPES if kind is None else (kind,)
    known = [name for one in kinds for name in tables[one]]
    elsewhere = [name for one in kinds for table in (SECRETS, OTHERS) for name in table[one]]
    for name, value in given.items():
        if name not in known:
            where = f"it belongs in {other}." if name in elsewhere else f"known are {', '.join(known) or 'none'}."
            raise invalid(f"{option}.{name}", f"this type of integration has no such parameter here: {where}")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise invalid(f"{option}.{name}", "it is not a text.")
        if not str(value).strip():
            raise invalid(f"{option}.{name}", "it is empty.")
        check_length(f"{option}.{name}", str(value))
    return {name: str(value).strip() for name, value in given.items()}


def check_new(kind: str | None, parameters: dict[str, str] | None, secrets: dict[str, str] | None) -> None:
    """Refuse a new integration that lacks its type or a required parameter.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if kind is None:
        raise invalid("type", "it is required for a new integration.")
    required = [name for name, is_required in OTHERS[kind].items() if is_required]
    for option, names, given in ((PARAMETERS, required, parameters), (SECRET_PARAMETERS, SECRETS[kind], secrets)):
        lacking = [name for name in names if name not in (given or {})]
        if lacking:
            raise invalid(option, f"a new integration of the type {kind} requires {', '.join(lacking)}.")


def as_integration(shown: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """Return an integration for comparison, with the values of secret parameters apart (`without_values`).

    Args:
        shown: as the API shows it.
        secrets: receives the values of its secret parameters, so that no message shows them.

    Raises:
        Unreadable: a property that is compared is not as described.
    """
    parameters: dict[str, Any] = nullable_in(shown, PARAMETERS, object_in, {})
    hidden = {name: str(value) for name, value in parameters.items() if name not in PUBLIC and value is not None}
    # Shorter ones would mask parts of ordinary words.
    secrets.update(value for value in hidden.values() if len(value) > 3)
    listed: dict[str, list[str]] = {name: nullable_in(shown, name, texts_in, []) for name in LISTS}
    return {
        **shown,
        **{name: sorted(ids) for name, ids in listed.items()},
        PARAMETERS: {name: value for name, value in sorted(parameters.items()) if name in PUBLIC and value is not None},
        SECRET_PARAMETERS: sorted(KNOWN_SECRETS & hidden.keys()),
        VALUES: hidden,
    }


def without_values(integration: dict[str, Any]) -> dict[str, Any]:
    """Return an integration for a result: only the names of its known secret parameters."""
    return {name: value for name, value in integration.items() if name != VALUES}


def integrations_of(client: ConfigCatClient, product: dict[str, Any], secrets: set[str]) -> list[dict[str, Any]]:
    """Return all integrations of a product, with the values of secret parameters (`as_integration`)."""
    answer = client.one(integrations_path(product))
    return [as_integration(one, secrets) for one in collection_in(answer, "integrations")]


def find_integration(
    client: ConfigCatClient, product: dict[str, Any], name: str, secrets: set[str]
) -> dict[str, Any] | Absence:
    """Return the integration with a name, or the proof that it does not exist.

    Raises:
        ToolkitError: ``ambiguous`` if several have this name.
        Unproven: one of them does not show its name.
    """
    with client.evidence.proving(f"integration {name}"):
        return client.find_named(INTEGRATION, integrations_of(client, product, secrets), name)


def integration_by_id(client: ConfigCatClient, number: str, secrets: set[str]) -> dict[str, Any] | None:
    """Return the integration with an id; None if it does not exist."""
    found = client.by_id(INTEGRATION, number)
    return None if found is None else as_integration(found, secrets)


def wanted_secrets(current: dict[str, Any] | None, given: dict[str, str] | None) -> Any:
    """Return the desired property: a `Secret` if values differ, the names if they don't, None if they are not given."""
    if given is None:
        return None
    return sorted(given) if current and current[VALUES] == given else Secret(given)


def check_type(current: dict[str, Any], kind: str | None) -> None:
    """Refuse to change the type of an integration, which the API can't.

    Raises:
        ToolkitError: ``type_differs``.
    """
    if kind is not None and kind != current.get("integration_type"):
        raise ToolkitError(
            "type_differs",
            f"type: integration {current.get('name')} has the type {current.get('integration_type')}, and a type can't "
            f"be changed to {kind}.",
            hint="Remove the integration (state: absent), or create one with another name.",
        )


def body_of(current: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return all properties that a PUT replaces, with those of the existing integration where nothing changes."""
    properties = {**current, **changed}
    secrets = changed.get(SECRET_PARAMETERS, current[VALUES])
    return {
        "name": properties["name"],
        PARAMETERS: {**properties[PARAMETERS], **secrets},
        **{name: properties[name] for name in LISTS},
    }


def add_integration(
    client: ConfigCatClient,
    product: dict[str, Any],
    wanted: dict[str, Any],
    absence: Absence | None,
    find: Callable[[], dict[str, Any] | Absence],
) -> dict[str, Any]:
    """Add an integration, at most once. If another run added it first, it is changed to the desired state.

    Args:
        client: sends the write.
        product: the product.
        wanted: its desired properties; the secret parameters are a `Secret`.
        absence: the proof that it does not exist.
        find: looks it up.

    Raises:
        ToolkitError: ``type_differs`` if the other run added one of another type.
    """
    given = {name: value for name, value in plain(wanted).items() if value is not None}
    body = {"integration_type": wanted["integration_type"], **body_of(NOTHING_SET, given)}
    made = client.add(integrations_path(product), body, absence, find)
    if made is not None:
        return without_values(as_integration(made, set()))
    existing = added_object(f"The integration {wanted['name']!r}", find)
    check_type(existing, wanted["integration_type"])
    desired = {**wanted, SECRET_PARAMETERS: wanted_secrets(existing, given.get(SECRET_PARAMETERS))}
    return change_integration(client, existing, plain(changes(existing, desired)))


def change_integration(client: ConfigCatClient, current: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Change properties of an integration. The others are sent unchanged, because a PUT replaces all."""
    if changed:
        told = client.write("PUT", object_path(INTEGRATION, current), body_of(current, changed))
        names = {SECRET_PARAMETERS: sorted(changed[SECRET_PARAMETERS])} if SECRET_PARAMETERS in changed else {}
        current = as_integration(told, set()) if told else {**current, **changed, **names}
    return without_values(current)


def remove_integration(client: ConfigCatClient, current: dict[str, Any]) -> None:
    """Remove an integration."""
    client.delete(object_path(INTEGRATION, current))


def ids_of(kind: Kind, found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the sorted ids of configs or environments, and the names of those that are missing in check mode."""
    return sorted({name_in(one, kind.id) if one else name for name, one in found.items()})
