# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations for other programs of the vendor and of Atlassian: code references and Jira.

These four check their input and respond as described. Code references are not stored, as no operation shows them, and
tokens of Jira are not checked.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.configcat import configs, integration_links
from sandbox.configcat.bodies import Id, Model, Name, Text
from sandbox.configcat.responses import Shown, done
from sandbox.context import CurrentContext
from sandbox.endpoint import Int32

ShortText = Annotated[str, Field(max_length=255)]

router = APIRouter()


class ReferenceLine(Model):
    """A line of code."""

    line_number: Int32
    line_text: Text | None = None


class ReferenceLines(Model):
    """A line of code that mentions a setting, and its surroundings."""

    file: Name
    file_url: Text | None = None
    reference_line: ReferenceLine
    pre_lines: list[ReferenceLine] | None = None
    post_lines: list[ReferenceLine] | None = None


class FlagReference(Model):
    """Where a setting is mentioned."""

    setting_id: Int32
    references: list[ReferenceLines]


class CodeReferences(Model):
    """The result of a scan of a repository."""

    config_id: Id
    repository: Name
    branch: Name
    commit_hash: ShortText | None = None
    commit_url: Text | None = None
    uploader: ShortText | None = None
    active_branches: list[str] | None = None
    flag_references: list[FlagReference] | None = None


class ReportsToDelete(Model):
    """The reports of scans to delete."""

    config_id: Id
    repository: Name
    branch: ShortText | None = None
    setting_id: Int32 | None = None


class JiraClient(Model):
    """The credentials of a client in Jira."""

    client_key: Name
    jira_jwt_token: str = Field(min_length=1, max_length=15000)


class JiraLink(JiraClient):
    """The description and target of a link from Jira."""

    description: Text | None = None
    url: Text | None = None


@router.post("/code-references")
async def upload_references(context: CurrentContext, references: CodeReferences) -> Response:
    """Accept the result of a scan."""
    configs.find(context, references.config_id)
    return done()


@router.post("/code-references/delete-reports")
async def delete_reports(context: CurrentContext, reports: ReportsToDelete) -> Response:
    """Delete the results of scans."""
    configs.find(context, reports.config_id)
    return done()


@router.post("/jira/connect")
async def connect_jira(client: JiraClient) -> Response:
    """Connect with Jira."""
    return done()


@router.post("/jira/environments/{environment_id}/settings/{setting_id}/integrationLinks/{key}")
async def add_jira_link(
    context: CurrentContext,
    environment_id: Id,
    setting_id: Int32,
    key: integration_links.Key,
    wanted: JiraLink,
    show: Shown,
) -> Response:
    """Add or replace a link to an issue."""
    link = integration_links.Link(description=wanted.description, url=wanted.url)
    return show(integration_links.write(context, environment_id, setting_id, "jira", key, link))
