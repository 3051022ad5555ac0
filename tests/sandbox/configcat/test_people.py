# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations, members, invitations and permission groups."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop, errors, read


def group(shop: Shop, name: str = "Editors", **rights: Any) -> int:
    return int(shop.api.make(f"/products/{shop.product}/permissions", name=name, **rights)["permissionGroupId"])


def test_a_fresh_account() -> None:
    with SandboxProcess(service="configcat") as sandbox:
        api = Client(sandbox)
        [organization] = api.get("/organizations")
        [me] = api.get(f"/organizations/{organization['organizationId']}/members")
        assert {name: me[name] for name in ("email", "fullName")} == api.get("/me")
        assert api.get("/products") == []
        second = sandbox.control("POST", "organizations", {"name": "Second"})["organizationId"]
        assert [item["organizationId"] for item in api.get("/organizations")][1] == second
        assert api.get(f"/organizations/{second}/members") == [me]


def test_whoever_makes_a_product_administers_it(api: Client, shop: Shop) -> None:
    [administrators] = api.get(f"/products/{shop.product}/permissions")
    [member] = api.get(f"/products/{shop.product}/members")
    assert administrators["accessType"] == "full" and administrators["canManageMembers"] is True
    assert member["permissionGroupId"] == administrators["permissionGroupId"]
    assert errors(api.call("DELETE", f"/products/{shop.product}/members/{member['userId']}"))
    assert errors(api.call("DELETE", f"/organizations/{shop.organization}/members/{member['userId']}"))


def test_permission_groups(api: Client, shop: Shop) -> None:
    group_id = group(shop, canManageMembers=True)
    path = f"/permissions/{group_id}"
    made = api.get(path)
    rights = {name for name, value in made.items() if name.startswith("can") and value}
    assert rights == {"canManageMembers"} and (made["accessType"], made["newEnvironmentAccessType"]) == (
        "custom",
        "none",
    )
    assert [access["environmentAccessType"] for access in made["environmentAccesses"]] == ["none"]
    access = {"environmentId": shop.environment, "environmentAccessType": "readOnly"}
    changed = read(
        api.call("PUT", path, {"canCreateOrUpdateTag": True, "canDeleteTag": True, "environmentAccesses": [access]})
    )
    assert changed["canManageMembers"] and changed["canDeleteTag"] and changed["name"] == "Editors"
    assert changed["environmentAccesses"][0]["environmentAccessType"] == "readOnly"
    assert not read(api.call("PUT", path, {"canManageMembers": False}))["canManageMembers"]
    elsewhere = {"environmentId": str(uuid4()), "environmentAccessType": "full"}
    for body, place in (
        ({"environmentAccesses": [elsewhere]}, "environmentAccesses"),
        ({"environmentAccesses": [{**access, "name": "Test"}]}, "environmentAccesses.0.name"),
        ({"environmentAccesses": [access], "accessType": "readOnly"}, "environmentAccesses"),
        ({"canDeleteConfig": True}, "canDeleteConfig"),
        ({"canCreateOrUpdateTag": False}, "canDeleteTag"),
        ({"accessType": "some"}, "accessType"),
        ({"canFly": True}, "canFly"),
        ({"canDeleteTag": "yes"}, "canDeleteTag"),
    ):
        assert set(errors(api.call("PUT", path, body))) == {place}
    assert api.call("DELETE", path).status_code == 204
    assert api.call("GET", path).status_code == 404


def test_an_invitation_is_not_shown_until_it_is_accepted(api: Client, shop: Shop, sandbox: SandboxProcess) -> None:
    group_id, email = group(shop), f"{uuid4()}@agency.example"
    members = f"/products/{shop.product}/members"
    before = api.get(members)
    invitation = {"emails": [email], "permissionGroupId": group_id}
    for _time in range(2):
        assert api.call("POST", f"{members}/invite", invitation).content == b""
    assert api.get(members) == before
    assert [one["email"] for one in sandbox.control("GET", "invitations") if one["email"] == email] == [email]
    assert sandbox.control("PUT", "invitations", {"email": email}) == {"products": [shop.product]}
    [member] = [one for one in api.get(members) if one["email"] == email]
    assert member["permissionGroupId"] == group_id
    assert set(errors(api.call("POST", f"{members}/invite", invitation))) == {"emails"}
    assert set(errors(api.call("DELETE", f"/permissions/{group_id}"))) == {"permissionGroupId"}
    assert api.call("DELETE", f"{members}/{member['userId']}").status_code == 204
    assert api.get(members) == before
    assert api.call("DELETE", f"{members}/{member['userId']}").status_code == 404


@pytest.mark.parametrize("emails", [[], ["ada"], ["ada@agency.example", ""], "ada@agency.example"])
def test_wrong_addresses(api: Client, shop: Shop, emails: Any) -> None:
    body = {"emails": emails, "permissionGroupId": group(shop)}
    assert set(errors(api.call("POST", f"/products/{shop.product}/members/invite", body))) == {"emails"}


def test_groups_of_a_member(api: Client, shop: Shop, sandbox: SandboxProcess) -> None:
    person = {"full_name": "Grace", "email": f"{uuid4()}@agency.example"}
    user = sandbox.control("POST", f"organizations/{shop.organization}/members", person)["userId"]
    path = f"/organizations/{shop.organization}/members/{user}"
    first, second, other = group(shop), group(shop, "Readers"), Shop.open(api)
    elsewhere = group(other)

    def groups() -> dict[str, int]:
        found = [*api.get(f"/products/{shop.product}/members"), *api.get(f"/products/{other.product}/members")]
        return {one["productId"]: one["permissionGroupId"] for one in found if one["userId"] == user}

    assert groups() == {}
    assert api.call("POST", path, {"permissionGroupIds": [first, elsewhere]}).status_code == 200
    assert groups() == {shop.product: first, other.product: elsewhere}
    assert api.call("POST", path, {"permissionGroupIds": [second]}).status_code == 200
    assert groups() == {shop.product: second, other.product: elsewhere}
    for wrong in ([first, second], [999_999]):
        assert set(errors(api.call("POST", path, {"permissionGroupIds": wrong}))) == {"permissionGroupIds"}
    assert api.call("POST", f"{path}x", {"permissionGroupIds": [first]}).status_code == 404
    assert api.call("DELETE", path).status_code == 204
    assert groups() == {}
    assert api.call("DELETE", path).status_code == 404
