# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the ConfigCat sandbox."""

from __future__ import annotations

from sandbox import basic_auth
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
from sandbox.service import Service

PREFIX = "/v1"

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
    authenticator=basic_auth.authenticator,
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
