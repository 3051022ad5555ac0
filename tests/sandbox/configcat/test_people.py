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


def test_an_invitation_is_listed_until_it_is_accepted(api: Client, shop: Shop, sandbox: SandboxProcess) -> None:
    group_id, email = group(shop), f"{uuid4()}@agency.example"
    members = f"/products/{shop.product}/members"
    lists = (f"/products/{shop.product}/invitations", f"/organizations/{shop.organization}/invitations")
    before = api.get(members)
    invitation = {"emails": [email], "permissionGroupId": group_id}
    for _time in range(2):
        assert api.call("POST", f"{members}/invite", invitation).content == b""
    assert api.get(members) == before
    of_product, of_organization = ([one for one in api.get(path) if one["email"] == email] for path in lists)
    assert [one["permissionGroupId"] for one in of_product] == [group_id] and not of_product[0]["expired"]
    [there] = of_organization
    assert of_product[0].items() < there.items()
    assert (there["productId"], there["productName"]) == (shop.product, "Shop")
    assert there["expires"] > there["createdAt"]
    assert sandbox.control("PUT", "invitations", {"email": email}) == {"products": [shop.product]}
    assert all(one["email"] != email for path in lists for one in api.get(path))
    [member] = [one for one in api.get(members) if one["email"] == email]
    assert member["permissionGroupId"] == group_id
    assert set(errors(api.call("POST", f"{members}/invite", invitation))) == {"emails"}
    assert set(errors(api.call("DELETE", f"/permissions/{group_id}"))) == {"permissionGroupId"}
    assert api.call("DELETE", f"{members}/{member['userId']}").status_code == 204
    assert api.get(members) == before
    assert api.call("DELETE", f"{members}/{member['userId']}").status_code == 404


def test_an_invitation_can_be_withdrawn_and_expires() -> None:
    with SandboxProcess(service="configcat") as sandbox:
        api = Client(sandbox)
        shop = Shop.open(api)
        invitation = {"emails": ["grace@agency.example"], "permissionGroupId": group(shop)}
        invite, listed = f"/products/{shop.product}/members/invite", f"/products/{shop.product}/invitations"
        api.call("POST", invite, invitation)
        [first] = api.get(listed)
        path = f"/invitations/{first['invitationId']}"
        assert api.call("DELETE", path).status_code == 204 and api.get(listed) == []
        assert api.call("DELETE", path).status_code == 404
        api.call("POST", invite, invitation)
        sandbox.advance(14 * 86_400 - 60)
        [second] = api.get(listed)
        assert second["invitationId"] != first["invitationId"] and not second["expired"]
        sandbox.advance(61)
        assert [one["expired"] for one in api.get(listed)] == [True]
        with pytest.raises(RuntimeError, match="404"):
            sandbox.control("PUT", "invitations", {"email": "grace@agency.example"})
        api.call("POST", invite, invitation)
        assert [one["expired"] for one in api.get(listed)] == [False]


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


def test_roles_in_an_organization(api: Client, shop: Shop, sandbox: SandboxProcess) -> None:
    organization = sandbox.control("POST", "organizations", {"name": "Roles"})["organizationId"]
    person = {"full_name": "Grace", "email": f"{uuid4()}@agency.example"}
    user = sandbox.control("POST", f"organizations/{organization}/members", person)["userId"]
    path, listed = f"/organizations/{organization}/members/{user}", f"/v2/organizations/{organization}/members"
    product = api.make(f"/organizations/{organization}/products", name="Second shop")["productId"]
    other = api.make(f"/organizations/{organization}/products", name="Third shop")["productId"]
    first, second = (
        api.make(f"/products/{one}/permissions", name="Editors")["permissionGroupId"] for one in (product, other)
    )

    def roles() -> set[str]:
        found = api.get(listed)
        return {role for role in ("admins", "billingManagers", "members") if user in [x["userId"] for x in found[role]]}

    def groups() -> list[int]:
        [member] = [one for one in api.get(listed)["members"] if one["userId"] == user]
        return [one["permissionGroup"]["permissionGroupId"] for one in member["permissions"]]

    [me] = api.get(listed)["admins"]
    assert roles() == {"members"} and groups() == [] and not me["twoFactorEnabled"]
    assert api.call("POST", path, {"isAdmin": True, "isBillingManager": True}).status_code == 200
    assert roles() == {"admins", "billingManagers", "members"}
    assert api.call("POST", path, {"permissionGroupIds": [first, second], "isAdmin": None}).status_code == 200
    assert roles() == {"admins", "billingManagers", "members"} and groups() == [first, second]
    only = {"permissionGroupIds": [second], "removeFromPermissionGroupsWhereIdNotSet": True, "isAdmin": False}
    assert api.call("POST", path, only).status_code == 200
    assert roles() == {"billingManagers", "members"} and groups() == [second]
    mine = f"/organizations/{organization}/members/{me['userId']}"
    assert set(errors(api.call("POST", mine, {"isAdmin": False}))) == {"isAdmin"}
    assert [one["userId"] for one in api.get(listed)["admins"]] == [me["userId"]]
    assert api.call("GET", f"/v2/organizations/{uuid4()}/members").status_code == 404
