# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task reaches a service: the options that all services have in common, and the HTTP client that they describe.

Private to the collection. The options' documentation is in ``doc_fragments/connection.py``. A service adds its
address and its credentials.
"""

from __future__ import annotations

import ipaddress
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    absolute,
    check_number,
    check_seconds,
    invalid,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import Limits, RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage, chosen_state_dir
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport, is_loopback
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, masked
from ansible_collections.reseller.toolkit.plugins.module_utils.version import VERSION

if TYPE_CHECKING:
    # Annotations only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import ModuleReads
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

with suppress(ImportError):  # `requests` brings it; whoever runs the module reports that one as missing
    import idna

#: What ``state_dir_group`` trusts a group with: the journal of orders, and the folder that it lies in.
GROUP_NAMESPACES = frozenset({"", "journal"})
#: The port that an address without one means.
DEFAULT_PORTS = {"http": 80, "https": 443}


def transport_options() -> dict[str, dict[str, Any]]:
    """The way to a service, and how patient to be with it."""
    return {
        "ca_path": {"type": "path"},
        "proxy": {"type": "str"},
        "timeout": {"type": "float", "default": 30},
        "retry_timeout": {"type": "float", "default": 60},
        "rate_limit_timeout": {"type": "float", "default": 300},
        "rate_limit_reserve": {"type": "int", "default": 0},
        "state_dir": {"type": "path", "fallback": (env_fallback, ["RESELLER_STATE_DIR"])},
        "state_dir_group": {
            "type": "bool",
            "default": False,
            "fallback": (env_fallback, ["RESELLER_STATE_DIR_GROUP"]),
        },
    }


def proof_options() -> dict[str, dict[str, Any]]:
    """Which items are left out of the decision whether something exists, although they can't be read."""
    return {"accept_unproven": {"type": "list", "elements": "str", "default": []}}


def check_transport(params: dict[str, Any]) -> None:
    """Refuse what can't be meant of `transport_options`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_seconds(params, "timeout", "retry_timeout", "rate_limit_timeout")
    for option, path in (("ca_path", params["ca_path"]), ("REQUESTS_CA_BUNDLE", os.environ.get("REQUESTS_CA_BUNDLE"))):
        if path and not os.path.exists(path):
            raise invalid(option, f"there is no {path}.")
    if params["proxy"]:
        # Imported lazily: most tasks use no proxy, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.address_checks import check_proxy

        check_proxy(params["proxy"])
    if params["state_dir"] is not None:
        absolute("state_dir", params["state_dir"])
    check_number("rate_limit_reserve", params["rate_limit_reserve"], 0)


def check_login(option: str, name: str) -> None:
    """Refuse the public part of credentials if it can't be sent: a colon ends it (RFC 7617, 2), and no name has spaces.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[\x21-\x39\x3b-\x7e]+", name):
        raise invalid(option, "it is empty, or contains a space, a colon or a character that is not ASCII.")


def canonical_url(api_url: str, *, version: str, example: str) -> str:
    """A service's address in one form (RFC 3986, 6.2.3), so that two spellings of it are one service.

    Scheme and host are lower case, an international name is in its ASCII form, an IPv6 address is in its shortest one.
    The default port, the final dot of the host, a trailing slash and the version are left out.

    Args:
        api_url: as the user wrote it.
        version: the path of the version that is spoken, such as ``/v2``.
        example: an address that would do, for the message.

    Raises:
        ToolkitError: ``invalid_option``, when it is no address of a web service.
    """
    url = api_url.strip().rstrip("/")
    url = url[: -len(version)] if url.endswith(version) else url
    try:
        address = urlsplit(url)
        host, port = _canonical_host(address.hostname or ""), address.port
    except ValueError:
        host, port = "", None
    # What follows the port is a path without what would have to be encoded, or lead upwards.
    if (
        not host
        or port == 0
        or address.scheme not in DEFAULT_PORTS
        or not re.fullmatch(r"[^@?#\\%\s]+", url)
        or not re.fullmatch(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*", address.path)
    ):
        raise invalid("api_url", f"{url!r} is not an address such as {example}.")
    if address.scheme == "http" and not is_loopback(host.strip("[]")):
        raise invalid("api_url", f"{url!r} would send everything in the clear: only https:// is used.")
    told_port = "" if port in (None, DEFAULT_PORTS[address.scheme]) else f":{port}"
    return f"{address.scheme}://{host}{told_port}{address.path}"


def _canonical_host(host: str) -> str:
    """A host in its one form, as it stands in an address.

    Raises:
        ValueError: it is none.
    """
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    name = host[:-1] if host.endswith(".") else host
    if not name.isascii():
        # Its errors are ValueErrors.
        name = idna.encode(name, uts46=True).decode("ascii")
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name.lower()):
        raise ValueError("no host")
    return name.lower()


def rest_client(
    task: Task,
    service: Service,
    auth: Signer,
    *,
    storage: Storage,
    budget: str,
    read_cache: ReadCache | None = None,
    check_reads: ModuleReads | None = None,
) -> RestClient:
    """The HTTP client that a task's options describe; sends nothing yet.

    Args:
        task: its options have passed `check_transport`.
        service: what to know of the service.
        auth: how to authenticate there.
        storage: from `storage_of`.
        budget: names who shares one rate limit: the service's address and the public part of the credentials.
        read_cache: the responses that the tasks of a run share; it is notified of each write.
        check_reads: the responses of the check that the module is part of; None if it is not part of one.
    """
    params = task.params
    _warn_of_others(task, storage)
    pacer = Pacer(service.rate_limit, storage, fingerprint(budget) + ".json", reserve=params["rate_limit_reserve"])

    def hide(text: str) -> str:
        return str(masked(text, task.secrets))

    transport = Transport(
        f"reseller.toolkit/{VERSION} ({'; '.join(filter(None, ('Ansible collection', task.name)))})",
        ca_path=params["ca_path"] or os.environ.get("REQUESTS_CA_BUNDLE"),
        proxy=params["proxy"],
    )
    limits = Limits(params["timeout"], params["retry_timeout"], params["rate_limit_timeout"])
    return RestClient(
        service,
        auth,
        transport,
        pacer,
        limits=limits,
        read_only=task.check_mode,
        read_cache=read_cache,
        check_reads=check_reads,
        hide=hide,
    )


def storage_of(params: dict[str, Any]) -> Storage:
    """Return the storage that a task's options ``state_dir`` and ``state_dir_group`` describe."""
    trusted_to_group = GROUP_NAMESPACES if params["state_dir_group"] else ()
    return FileStorage(chosen_state_dir(params["state_dir"]), trusted_to_group=trusted_to_group)


def _warn_of_others(task: Task, storage: Storage) -> None:
    """Warn if others can change what is kept between tasks; who orders refuses to."""
    with suppress(OSError):
        for finding in storage.findings(""):
            task.warn(f"state_dir: {finding}, so others can change what is kept there. Run: {finding.repair}")
