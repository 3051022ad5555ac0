# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the ConfigCat sandbox."""

from __future__ import annotations

import base64
import binascii
import hmac

from sandbox.call import Call
from sandbox.configcat import (
    audit,
    code_references,
    configs,
    console_tables,
    control,
    environments,
    flags,
    integration_links,
    integrations,
    invitations,
    jira,
    members,
    organizations,
    permission_groups,
    permissions,
    predefined_variations,
    preferences,
    products,
    rate_limit_headers,
    sdk_files,
    segments,
    stale_flags,
    stored_values,
    tags,
    values,
    values_v2,
    webhooks,
)
from sandbox.configcat.responses import refuse
from sandbox.context import Authenticate
from sandbox.errors import ApiError
from sandbox.faults import ActiveFaults
from sandbox.options import Options
from sandbox.service import Service

PREFIX = "/v1"


def _authenticator(options: Options) -> Authenticate:
    expected = f"{options.api_key}:{options.api_secret}".encode()

    def authenticate(call: Call, active: ActiveFaults) -> str:
        """Check the credentials (Basic, RFC 7617)."""
        scheme, _space, given = (call.header("authorization") or "").partition(" ")
        try:
            decoded = base64.b64decode(given.strip(), validate=True)
        except binascii.Error:
            decoded = b""
        if scheme.lower() != "basic" or not hmac.compare_digest(decoded, expected):
            raise ApiError(401, "unauthorized", "The credentials are missing or wrong.")
        return options.api_key

    return authenticate


SERVICE = Service(
    title="ConfigCat",
    prefix=PREFIX,
    versions={"/v2": (organizations.router_v2, values_v2.router)},
    parts=(permissions, stored_values),
    families=(
        organizations,
        products,
        members,
        invitations,
        permission_groups,
        configs,
        environments,
        preferences,
        tags,
        segments,
        # Before the settings, whose ids would match the beginning of these paths.
        values,
        flags,
        integration_links,
        code_references,
        jira,
        stale_flags,
        predefined_variations,
        webhooks,
        integrations,
        audit,
    ),
    authenticator=_authenticator,
    meter=rate_limit_headers.headers,
    refuse=refuse,
    control=control.router,
    counted=(
        "organizations",
        "users",
        "products",
        "product_members",
        "invitations",
        "permission_groups",
        "configs",
        "environments",
        "sdk_keys",
        "tags",
        "segments",
        "flags",
        "flag_values",
        "integration_links",
        "webhooks",
        "integrations",
        "code_references",
        "audit_logs",
    ),
    outside=(sdk_files.router,),
    open_paths=(sdk_files.PATH,),
    unmetered_paths=frozenset({f"{PREFIX}/me"}),
    begin=organizations.begin,
    console_groups=console_tables.groups,
    console_guide=console_tables.guide,
)
