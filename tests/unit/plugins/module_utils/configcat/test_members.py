# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members and invitations in responses of any shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.invitations import (
    invitations_of,
    is_open,
    send_invitation,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import (
    member_of,
    members_of_organization,
    other_products,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

AGENCY: dict[str, Any] = {"organization_id": "7", "name": "Agency"}
SHOP: dict[str, Any] = {"product_id": "9", "name": "Shop", "organization": AGENCY}
ADA: dict[str, Any] = {"userId": "1", "email": "ada@agency.example", "fullName": "Ada"}
GRACE: dict[str, Any] = {"userId": "2", "email": "grace@agency.example", "fullName": "Grace"}
NOBODY: dict[str, list[Any]] = {"admins": [], "billingManagers": [], "members": []}
EDITORS, READERS = 815, 816


class Server:
    """Replaces the HTTP client: answers each read of a path with the next of its responses, the last one again.

    Attributes:
        sent: the writes.
        fails: what a write raises.
    """

    def __init__(self, fails: ApiError | None = None, **answers: list[Any]) -> None:
        self.answers = answers
        self.sent: list[tuple[str, str, Any]] = []
        self.fails = fails

    def request(self, method: str, path: str, *, body: Any = None, **_more: Any) -> Response:
        if method != "GET":
            self.sent.append((method, path, body))
            if self.fails:
                raise self.fails
            return Response(200, "", {}, b"")
        told = self.answers[path.rpartition("/")[2]]
        return Response(200, "", {}, json.dumps(told.pop(0) if len(told) > 1 else told[0]).encode())


def client_of(server: Server, tmp_path: Path) -> ConfigCatClient:
    return ConfigCatClient(
        cast(Any, server), api_url="", storage=FileStorage(str(tmp_path)), sleep=lambda _seconds: None
    )


def invitation(email: str = "grace@agency.example", group: int = EDITORS, **more: Any) -> dict[str, Any]:
    return {"invitationId": "i", "email": email, "permissionGroupId": group, "expired": False, **more}


def test_people_are_listed_once_with_their_roles(tmp_path: Path) -> None:
    permission = {"product": {"productId": "9", "name": "Shop"}, "permissionGroup": {"permissionGroupId": 815}}
    told = {
        "admins": [ADA],
        "billingManagers": [ADA, GRACE],
        "members": [{**ADA, "twoFactorEnabled": True, "permissions": [permission]}],
    }
    ada, grace = members_of_organization(client_of(Server(members=[told]), tmp_path), AGENCY)
    group = {"permission_group_id": 815}
    assert ada == {
        **{"user_id": "1", "email": "ada@agency.example", "full_name": "Ada", "two_factor_enabled": True},
        **{"is_admin": True, "is_billing_manager": True},
        "permissions": [{"product": {"product_id": "9", "name": "Shop"}, "permission_group": group}],
    }
    # Someone who has only a role is in no product.
    assert (grace["is_admin"], grace["is_billing_manager"], grace["permissions"]) == (False, True, [])


@pytest.mark.parametrize("role", NOBODY)
@pytest.mark.parametrize("told", [..., {}, "x", [1], 5])
def test_a_list_that_is_missing_proves_nothing(tmp_path: Path, role: str, told: Any) -> None:
    answer = {name: items for name, items in {**NOBODY, role: told}.items() if items is not ...}
    client = client_of(Server(members=[answer]), tmp_path)
    with pytest.raises(Unreadable):
        members_of_organization(client, AGENCY)
    with pytest.raises(Unproven):
        member_of(client, AGENCY, "ada@agency.example")


@pytest.mark.parametrize("role", NOBODY)
def test_a_person_without_an_address_may_be_anybody(tmp_path: Path, role: str) -> None:
    client = client_of(Server(members=[{**NOBODY, role: [{"userId": "3"}, GRACE]}]), tmp_path)
    found = member_of(client, AGENCY, "Grace@Agency.example")
    assert found and found["user_id"] == "2"
    with pytest.raises(Unproven, match=r"member ada@agency\.example"):
        member_of(client, AGENCY, "ada@agency.example")


def test_two_people_with_one_address_are_ambiguous(tmp_path: Path) -> None:
    client = client_of(Server(members=[{**NOBODY, "admins": [ADA], "members": [{**ADA, "userId": "4"}]}]), tmp_path)
    with pytest.raises(ToolkitError) as caught:
        member_of(client, AGENCY, "ada@agency.example")
    assert caught.value.kind == "ambiguous"


def test_other_products_of_a_member() -> None:
    permissions = [{"product": {"product_id": number, "name": f"Shop {number}"}} for number in ("8", "9", "10")]
    assert other_products({"permissions": permissions}, SHOP) == ["Shop 8", "Shop 10"]
    assert other_products({"permissions": None}, SHOP) == []
    of_a_product: dict[str, Any] = {"product": {"product_id": "8"}}
    wrong: dict[str, Any]
    for wrong in ({}, {"permissions": [{}]}, {"permissions": [of_a_product]}):
        with pytest.raises(Unreadable):
            other_products(wrong, SHOP)


def test_invitations_are_found_by_their_address(tmp_path: Path) -> None:
    told = [invitation("GRACE@agency.example"), invitation("ada@agency.example"), invitation(expired=True)]
    found = invitations_of(client_of(Server(invitations=[told]), tmp_path), SHOP, "grace@agency.example")
    assert [(item["email"], item["expired"]) for item in found] == [
        ("GRACE@agency.example", False),
        ("grace@agency.example", True),
    ]
    assert [is_open(item, EDITORS) for item in found] == [True, False] and not is_open(found[0], READERS)


@pytest.mark.parametrize("email", [None, "", 5])
def test_an_invitation_without_an_address_proves_nothing(tmp_path: Path, email: Any) -> None:
    client = client_of(Server(invitations=[[invitation(email=email)]]), tmp_path)
    with pytest.raises(Unproven, match=r"an invitation of grace@agency\.example"):
        invitations_of(client, SHOP, "grace@agency.example")


@pytest.mark.parametrize("wrong", [{"expired": None}, {"expired": "no"}, {"permissionGroupId": None}])
def test_an_invitation_that_may_be_expired_is_reported(tmp_path: Path, wrong: dict[str, Any]) -> None:
    client = client_of(Server(invitations=[[invitation(**wrong)]]), tmp_path)
    [found] = invitations_of(client, SHOP, "grace@agency.example")
    with pytest.raises(Unreadable):
        is_open(found, EDITORS)


INVITE = ("POST", "/products/9/members/invite", {"emails": ["grace@agency.example"], "permissionGroupId": EDITORS})
LOST = OutcomeUnknown("POST /v1/invite", "lost.")


def test_invitation_is_sent(tmp_path: Path) -> None:
    server = Server(invitations=[[]])
    send_invitation(client_of(server, tmp_path), SHOP, "grace@agency.example", EDITORS)
    assert server.sent == [INVITE]


def test_invitation_whose_response_is_lost_is_looked_for(tmp_path: Path) -> None:
    server = Server(LOST, invitations=[[], [invitation()]])
    send_invitation(client_of(server, tmp_path), SHOP, "grace@agency.example", EDITORS)
    assert server.sent == [INVITE]


def test_invitation_that_is_not_listed_is_sent_again(tmp_path: Path) -> None:
    server = Server(LOST, invitations=[[]])
    with pytest.raises(OutcomeUnknown):
        send_invitation(client_of(server, tmp_path), SHOP, "grace@agency.example", EDITORS)
    assert server.sent == [INVITE, INVITE]


def test_invitation_of_another_run_into_another_group_is_reported(tmp_path: Path) -> None:
    server = Server(LOST, invitations=[[invitation(group=READERS)]])
    with pytest.raises(ToolkitError, match="another permission group") as caught:
        send_invitation(client_of(server, tmp_path), SHOP, "grace@agency.example", EDITORS)
    assert caught.value.kind == "conflict" and server.sent == [INVITE]
