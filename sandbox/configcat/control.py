# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control endpoints of the ConfigCat sandbox, below ``/_sandbox``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from sandbox.configcat import configs, environments, invitations, organizations, products
from sandbox.configcat.rate_limit_headers import RESET_FORM, Form
from sandbox.context import CurrentContext
from sandbox.endpoint import Body

router = APIRouter()


class NewOrganization(Body):
    """A further organization."""

    name: str


class NewMember(Body):
    """A further person in an organization."""

    full_name: str
    email: str


class Acceptance(Body):
    """The address that accepts invitations."""

    email: str


class ReasonRequired(Body):
    """Whether a change of a value requires a reason."""

    required: bool


class ResetForm(Body):
    """The format of a reset time."""

    form: Form


@router.post("/organizations")
async def add_organization(context: CurrentContext, wanted: NewOrganization) -> dict[str, str]:
    """Add a further organization with the owner of the credentials as a member."""
    return {"organizationId": organizations.add_organization(context, wanted.name)}


@router.post("/organizations/{organization_id}/members")
async def add_member(context: CurrentContext, organization_id: str, wanted: NewMember) -> dict[str, str]:
    """Add a person to an organization."""
    return {"userId": organizations.add_member(context, organization_id, wanted.full_name, wanted.email)}


@router.get("/invitations")
async def list_invitations(context: CurrentContext) -> list[dict[str, Any]]:
    """Return the invitations that were not accepted."""
    return [dict(row) for row in context.store.all("SELECT * FROM invitations ORDER BY rowid")]


@router.put("/invitations")
async def accept_invitations(context: CurrentContext, acceptance: Acceptance) -> dict[str, list[str]]:
    """Accept all invitations of an address."""
    return {"products": invitations.accept(context, acceptance.email)}


@router.put("/products/{product_id}/reasons")
async def require_reasons_in_product(
    context: CurrentContext, product_id: str, wanted: ReasonRequired
) -> dict[str, bool]:
    """Require reasons in a whole product, or not."""
    products.find(context, product_id)
    context.store.update("products", "product_id", product_id, reason_required=wanted.required)
    return {"required": wanted.required}


@router.put("/environments/{environment_id}/reasons")
async def require_reasons(context: CurrentContext, environment_id: str, wanted: ReasonRequired) -> dict[str, bool]:
    """Require reasons in an environment, or not."""
    environments.find(context, environment_id)
    context.store.update("environments", "environment_id", environment_id, reason_required=wanted.required)
    return {"required": wanted.required}


@router.post("/configs/{config_id}/environments/{environment_id}/secondkey")
async def add_second_key(context: CurrentContext, config_id: str, environment_id: str) -> dict[str, str]:
    """Begin a key rotation: a second SDK key, in the older form, is valid besides the first."""
    return {"secondary": configs.add_second_key(context, config_id, environment_id)}


@router.put("/resetform")
async def choose_reset_form(context: CurrentContext, wanted: ResetForm) -> dict[str, str]:
    """Choose the format of the rate limit's reset time: clients must read all three."""
    RESET_FORM.write(context.store, wanted.form)
    return wanted.model_dump()
