# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations for Jira. They check their input and respond as described; tokens of Jira are not checked."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.configcat import integration_links
from sandbox.configcat.bodies import Id, Model, Name, Text
from sandbox.configcat.responses import Shown, done
from sandbox.context import CurrentContext
from sandbox.endpoint import Int32

router = APIRouter()


class JiraClient(Model):
    """The credentials of a client in Jira."""

    client_key: Name
    jira_jwt_token: str = Field(min_length=1, max_length=15000)


class JiraLink(JiraClient):
    """The description and target of a link from Jira."""

    description: Text | None = None
    url: Text | None = None


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
