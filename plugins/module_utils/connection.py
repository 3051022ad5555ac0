# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task reaches a service: the options that all services have in common, and the HTTP client that they describe.

Private to the collection. The options' documentation is in ``doc_fragments/connection.py``. A service adds its
address and its credentials.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    absolute,
    check_number,
    check_seconds,
    invalid,
    is_host,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import Limits, RestClient, Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import chosen_state_dir, fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport, is_loopback
from ansible_collections.reseller.toolkit.plugins.module_utils.task import masked
from ansible_collections.reseller.toolkit.plugins.module_utils.version import VERSION

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.shared import SharedReads
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


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
    }


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
        _check_proxy(params["proxy"])
    if params["state_dir"] is not None:
        absolute("state_dir", params["state_dir"])
    check_number("rate_limit_reserve", params["rate_limit_reserve"], 0)


def check_login(option: str, name: str) -> None:
    """Refuse the public part of credentials if it can't be sent: a colon ends it (RFC 7617, 2), and no name has spaces.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[\x21-\x39\x3b-\x7e]+", name):
        raise invalid(option, "it is empty, or holds a space, a colon or a character that none has.")


def _check_proxy(proxy: str) -> None:
    """Refuse what is no proxy for HTTP, without showing it: a password may be in it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    try:
        address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        good = address.scheme in {"http", "https"} and is_host(address.hostname or "") and address.port != 0
        # The encoding in which `requests` sends them.
        unquote(address.netloc).encode("latin-1")
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[\x21-\x7e]+", proxy) or address.path.strip("/") or address.query:
        raise invalid("proxy", "it is not an address such as http://proxy.example.com:3128.")


def canonical_url(api_url: str, *, version: str, example: str) -> str:
    """A service's address in one form: without a trailing slash and without the version.

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
        good = address.scheme in {"http", "https"} and address.hostname and (address.port is None or address.port)
    except ValueError:
        good = None
    # What follows the port is a path without what would have to be encoded, or lead upwards.
    if not good or not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]_-]+(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*", url):
        raise invalid("api_url", f"{url!r} is not an address such as {example}.")
    if address.scheme == "http" and not is_loopback(address.hostname or ""):
        raise invalid("api_url", f"{url!r} would send everything in the clear: only https:// is used.")
    return f"{address.scheme}://{address.netloc.lower()}{address.path}"


def rest_client(
    task: Task, service: Service, auth: Signer, *, budget: str, shared: SharedReads | None = None
) -> RestClient:
    """The HTTP client that a task's options describe; sends nothing yet.

    Args:
        task: its options have passed `check_transport`.
        service: what to know of the service.
        auth: how to authenticate there.
        budget: names who shares one rate limit: the service's address and the public part of the credentials.
        shared: what the tasks of a run share, for a service whose answers they do; it is told what is written.
    """
    params = task.params
    pacer = Pacer(
        service.rate_limit,
        os.path.join(chosen_state_dir(params["state_dir"]), "pacing", fingerprint(budget) + ".json"),
        reserve=params["rate_limit_reserve"],
    )

    def hide(text: str) -> str:
        return str(masked(text, task.secrets))

    transport = Transport(
        f"reseller.toolkit/{VERSION} ({'; '.join(filter(None, ('Ansible collection', task.name)))})",
        ca_path=params["ca_path"] or os.environ.get("REQUESTS_CA_BUNDLE"),
        proxy=params["proxy"],
    )
    limits = Limits(params["timeout"], params["retry_timeout"], params["rate_limit_timeout"])
    return RestClient(
        service, auth, transport, pacer, limits=limits, read_only=task.check_mode, shared=shared, hide=hide
    )
