# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of the API's resources that modules know. Nothing else of a response reaches a result.

Private to the collection. A property that the vendor adds may be a secret, such as a link that opens the certificate
authority's portal, and a result is printed. Source: the vendor's description of the API (v2).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import (
    Properties,
    known_at,
    limited,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of

#: The known properties of the resources, by the path of their collection.
RESOURCES: dict[str, Properties] = {
    "/accounts": _of("id identifier servicepack_id", addons=_of("id name"), servicepack=_of("id name")),
    "/dns/[^/]+/records": _of(
        "content id port priority protocol record_name service target ttl type weight",
    ),
    "/domains": _of(
        "can_toggle_renew domain_name expiration_date will_renew",
        name_servers=_of("ip name"),
        registrant=_of(
            "address city company_name country_code email enterprise_number fax first_name language_code last_name "
            "phone postal_code"
        ),
    ),
    "/linuxhostings": _of(
        "actual_size domain_name ftp_enabled ftp_username ip ip_type max_size max_webspace_size mysql_database_names "
        "php_version servicepack_id ssh_host ssh_username webspace_usage",
        sites=_of("http2_enabled https_redirect_enabled name path ssl_enabled", host_headers=_of("enabled name")),
    ),
    "/linuxhostings/[^/]+/phpsettings/availableversions": _of("version"),
    "/linuxhostings/[^/]+/scheduledtasks": _of("cron_expression enabled id script_location"),
    "/linuxhostings/[^/]+/ssh/keys": _of("fingerprint public_key"),
    "/mailboxes": _of(
        "actual_size login max_size name",
        auto_forward=_of("copy_to_myself email_addresses enabled"),
        auto_reply=_of("enabled message subject"),
    ),
    "/mailzones": _of(
        "enabled name",
        aliases=_of("destinations email_address"),
        anti_spam=_of("allowed_types type"),
        available_accounts=_of("account_id size"),
        catch_all=_of("email_addresses"),
        smtp_domains=_of("enabled hostname"),
    ),
    "/mysqldatabases": _of("account_id actual_size hostname max_size name user_count"),
    "/mysqldatabases/[^/]+/users": _of("enabled name rights"),
    "/servicepacks": _of("id name"),
    "/ssh": _of("fingerprint linux_hostings public_key"),
    "/sslcertificaterequests": _of(
        "certificate_type common_name id order_code validation_level vendor",
        subject_alt_names=_of("type value"),
        validations=_of(
            "auto_validated cname_validation_content cname_validation_name dns_name email_addresses "
            "file_validation_content file_validation_url_http file_validation_url_https type"
        ),
    ),
    "/sslcertificates": _of(
        "common_name expires_after sha1_fingerprint type validation_level", subject_alt_names=_of("type value")
    ),
    "/windowshostings": _of(
        "actual_size domain_name ftp_username ip ip_type max_size mssql_database_names servicepack_id",
        application_pool=_of("installed_net_core_runtimes pipeline_mode runtime"),
        sites=_of("name path", bindings=_of("cert_thumbprint host_name ip_address port protocol ssl_enabled")),
    ),
}


def properties_at(path: str) -> Properties:
    """Return the known properties of the resources at a path, of a collection or of one item; none for another path."""
    return known_at(_PATHS, path)


def only_shown(path: str, data: Any) -> Any:
    """Return a response with only those properties that modules know.

    Args:
        path: its path below the version.
        data: its body, an item or a list of them. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(data, properties_at(path))


_PATHS = {f"{collection}(/[^/]+)?": properties for collection, properties in RESOURCES.items()}
