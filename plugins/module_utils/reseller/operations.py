# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the reseller API (v2), and which of them a path means.

Private to the collection. Source: the vendor's description of the API.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment

#: The templates of all paths below ``/v2``, by method.
TEMPLATES = {
    "DELETE": (
        "/dns/{domainName}/records/{recordId}",
        "/linuxhostings/{domainName}/scheduledtasks/{scheduledTaskId}",
        "/linuxhostings/{domainName}/ssh/keys/{fingerprint}",
        "/linuxhostings/{domainName}/subsites/{siteName}",
        "/mailboxes/{mailboxName}",
        "/mailzones/{domainName}/aliases/{emailAddress}",
        "/mailzones/{domainName}/catchall/{emailAddress}",
        "/mailzones/{domainName}/smtpdomains/{hostname}",
        "/mysqldatabases/{databaseName}",
        "/mysqldatabases/{databaseName}/users/{userName}",
    ),
    "GET": (
        "/accounts",
        "/accounts/{accountId}",
        "/dns/{domainName}/records",
        "/dns/{domainName}/records/{recordId}",
        "/domains",
        "/domains/{domainName}",
        "/linuxhostings",
        "/linuxhostings/{domainName}",
        "/linuxhostings/{domainName}/phpsettings/availableversions",
        "/linuxhostings/{domainName}/scheduledtasks",
        "/linuxhostings/{domainName}/scheduledtasks/{scheduledTaskId}",
        "/linuxhostings/{domainName}/ssh/keys",
        "/mailboxes",
        "/mailboxes/{mailboxName}",
        "/mailzones/{domainName}",
        "/mysqldatabases",
        "/mysqldatabases/{databaseName}",
        "/mysqldatabases/{databaseName}/users",
        "/provisioningjobs/{jobId}",
        "/servicepacks",
        "/ssh",
        "/sslcertificaterequests",
        "/sslcertificaterequests/{id}",
        "/sslcertificates",
        "/sslcertificates/{sha1Fingerprint}",
        "/sslcertificates/{sha1Fingerprint}/download",
        "/windowshostings",
        "/windowshostings/{domainName}",
    ),
    "POST": (
        "/accounts",
        "/dns/{domainName}/records",
        "/domains/registrations",
        "/domains/transfers",
        "/linuxhostings/{domainName}/scheduledtasks",
        "/linuxhostings/{domainName}/sites/{siteName}/hostheaders",
        "/linuxhostings/{domainName}/ssh/keys",
        "/linuxhostings/{domainName}/subsites",
        "/mailboxes",
        "/mailzones/{domainName}/aliases",
        "/mailzones/{domainName}/catchall",
        "/mailzones/{domainName}/smtpdomains",
        "/mysqldatabases",
        "/mysqldatabases/{databaseName}/users",
        "/sslcertificaterequests",
    ),
    "PUT": (
        "/dns/{domainName}/records/{recordId}",
        "/domains/{domainName}/nameservers",
        "/domains/{domainName}/renew",
        "/linuxhostings/{domainName}/ftp/configuration",
        "/linuxhostings/{domainName}/phpsettings/apcu",
        "/linuxhostings/{domainName}/phpsettings/memorylimit",
        "/linuxhostings/{domainName}/phpsettings/version",
        "/linuxhostings/{domainName}/scheduledtasks/{scheduledTaskId}",
        "/linuxhostings/{domainName}/settings/gzipcompression",
        "/linuxhostings/{domainName}/sites/{siteName}/http2/configuration",
        "/linuxhostings/{domainName}/ssh/configuration",
        "/linuxhostings/{domainName}/sslsettings/{hostname}/autoredirect",
        "/linuxhostings/{domainName}/sslsettings/{hostname}/letsencrypt",
        "/mailboxes/{mailboxName}/autoforward",
        "/mailboxes/{mailboxName}/autoreply",
        "/mailboxes/{mailboxName}/password",
        "/mailzones/{domainName}/aliases/{emailAddress}",
        "/mailzones/{domainName}/antispam",
        "/mailzones/{domainName}/smtpdomains/{hostname}",
        "/mysqldatabases/{databaseName}/users/{userName}/password",
        "/mysqldatabases/{databaseName}/users/{userName}/status",
        "/sslcertificaterequests/{id}",
    ),
}
#: The operations that provision or buy, all of them a ``POST``, and the module that orders by each.
ORDERED_BY = {
    "/accounts": "reseller_account",
    "/domains/registrations": "reseller_domain",
    "/domains/transfers": "reseller_domain",
    "/mysqldatabases": "reseller_mysql",
    "/mysqldatabases/{databaseName}/users": "reseller_mysql_user",
    "/sslcertificaterequests": "reseller_ssl",
}
#: Characters of a parameter that a server may take for the end of it although they are encoded.
AMBIGUOUS = frozenset("/\\%?#;")


class Operation(NamedTuple):
    """One operation with the parameters of its path.

    Attributes:
        template: one of `TEMPLATES`.
        parameters: the values of the template's parameters in order, decoded.
    """

    template: str
    parameters: tuple[str, ...]

    @property
    def path(self) -> str:
        """The path in the one form that is compared and sent: literals as in the template, parameters encoded."""
        values = iter(self.parameters)
        parts = self.template[1:].split("/")
        return "".join("/" + (segment(next(values)) if _is_parameter(part) else part) for part in parts)


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation that this call means, or None if the API describes no such operation.

    Literals are compared without case, and a trailing slash is ignored. A ``POST`` whose parameter holds a character
    that servers read in different ways (`AMBIGUOUS`) means none: it could reach another operation.

    Args:
        method: the HTTP method, upper case.
        path: the path below ``/v2`` in normal form (RFC 3986, 6.2.2).
    """
    given = path.strip("/").split("/")
    for template in TEMPLATES.get(method, ()):
        parts = template[1:].split("/")
        pairs = list(zip(parts, given))
        if len(parts) == len(given) and all(_is_parameter(part) or part == text.lower() for part, text in pairs):
            parameters = tuple(unquote(text) for part, text in pairs if _is_parameter(part))
            return None if method == "POST" and any(map(_is_ambiguous, parameters)) else Operation(template, parameters)
    return None


def pays(method: str, path: str) -> bool:
    """Return whether a call may provision or buy: an order, or a ``POST`` that the API does not describe.

    Args:
        method: the HTTP method, upper case.
        path: as for `operation_of`.
    """
    if method != "POST":
        return False
    operation = operation_of(method, path)
    return operation is None or operation.template in ORDERED_BY


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


def _is_ambiguous(parameter: str) -> bool:
    return not AMBIGUOUS.isdisjoint(parameter)
