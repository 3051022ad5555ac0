# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_member`` against the sandbox."""

from __future__ import annotations

import itertools
import secrets
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client
from tests.support.playing import Task, check_refusals, task
from tests.support.shop import Shop, call, make_shop

_numbers = itertools.count(1)


@pytest.fixture
def person(shop: Shop) -> str:
    """Return an address unknown to ConfigCat; the shop has the permission groups of `EDITORS`."""
    for name in ("Editors", "Readers"):
        body = {"name": name, "accessType": "full"}
        call(shop.player.sandbox, "POST", f"/products/{shop.product_id}/permissions", body)
    return f"p{next(_numbers)}-{secrets.token_hex(4)}@customer.example"


def member(shop: Shop, email: str, group: str | None = "Editors", **options: Any) -> Task:
    """Return the task that manages a person in the shop."""
    return task("configcat_member", **{"product": shop.product, "permission_group": group, "email": email, **options})


def organization_of(shop: Shop) -> str:
    """Return the id of the shop's organization."""
    found: str = call(shop.player.sandbox, "GET", f"/products/{shop.product_id}")["organization"]["organizationId"]
    return found


def invited(shop: Shop, email: str) -> int:
    """Return how many invitations were sent to an address."""
    path = f"/v1/products/{shop.product_id}/members/invite"
    sent = [one for one in shop.player.sandbox.exchanges() if one["path"] == path and email in one["request_body"]]
    return len(sent)


def test_member_of_the_organization(shop: Shop, person: str) -> None:
    organization = organization_of(shop)
    wanted = {"full_name": "Grace", "email": person}
    user = shop.player.sandbox.control("POST", f"organizations/{organization}/members", wanted)["userId"]
    played = shop.play(
        [
            member(shop, person, check=True),
            member(shop, person.upper()),
            member(shop, person),
            member(shop, person, "Readers", check=True),
            member(shop, person, "Readers"),
            member(shop, person, state="absent", check=True),
            member(shop, person, state="absent"),
            member(shop, person, state="absent"),
            task("configcat_member", email=person, organization="Agency", state="absent"),
            task("configcat_member", email=person, organization=organization, state="absent"),
        ]
    )
    predicted, joined, again, checked, moved, gone_checked, gone, gone_again, out, out_again = played
    path = f"/organizations/{organization}/members/{user}"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == joined["diff"]
    assert joined.changed and joined.writes == [f"POST {path}"] and not joined["invited"]
    assert joined["member"]["user_id"] == user and not again.changed and again["member"]["email"] == person
    assert checked.changed and checked.writes == [] and checked["diff"] == moved["diff"]
    assert moved.changed and moved.writes == [f"POST {path}"]
    assert gone_checked.changed and gone_checked.writes == []
    assert gone.changed and gone.writes == [f"DELETE /products/{shop.product_id}/members/{user}"]
    assert gone["member"] is None and not gone_again.changed
    assert out.changed and out.writes == [f"DELETE {path}"] and not out_again.changed


def invitations(shop: Shop, email: str) -> list[dict[str, Any]]:
    """Return the invitations of an address that the API lists."""
    found = call(shop.player.sandbox, "GET", f"/products/{shop.product_id}/invitations")
    return [item for item in found if item["email"] == email]


def test_invitation_is_sent_once(shop: Shop, person: str) -> None:
    played = shop.play(
        [
            member(shop, person, check=True),
            member(shop, person),
            member(shop, person.upper()),
            member(shop, person, resend_invitation=True, check=True),
            member(shop, person, resend_invitation=True),
            member(shop, person, "Readers"),
            member(shop, person, "Readers"),
        ]
    )
    predicted, sent, again, checked, resent, other_group, other_again = played
    invite = f"POST /products/{shop.product_id}/members/invite"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == sent["diff"] and predicted["invited"]
    assert sent.changed and sent.writes == [invite] and sent["diff"]["before"] == {}
    assert sent["member"] is None and sent["invited"]
    assert not again.changed and again.writes == [] and again["invited"]
    assert checked.changed and checked.writes == [] and checked["diff"] == resent["diff"]
    for result in (resent, other_group):
        [old] = result["diff"]["before"]["withdrawn_invitations"]
        assert result.changed and result.writes == [f"DELETE /invitations/{old['invitation_id']}", invite]
    assert not other_again.changed and other_again.writes == []
    assert invited(shop, person) == 3 and len(invitations(shop, person)) == 1


def test_invitation_that_was_accepted(shop: Shop, person: str) -> None:
    shop.play([member(shop, person)])
    shop.player.sandbox.control("PUT", "invitations", {"email": person})
    accepted, gone, invited_again = shop.play(
        [
            member(shop, person),
            member(shop, person, state="absent"),
            task("configcat_member", email=person, organization="Agency", state="absent"),
        ]
    )
    assert not accepted.changed and accepted["member"]["email"] == person and not accepted["invited"]
    assert gone.changed and invited_again.changed
    # A removed member can be invited again.
    (back,) = shop.play([member(shop, person)])
    assert back.changed and back["invited"] and invited(shop, person) == 2


def test_invitation_that_is_wanted_no_more(shop: Shop, person: str) -> None:
    of_agency = task("configcat_member", email=person, organization="Agency", state="absent")
    played = shop.play(
        [
            member(shop, person),
            member(shop, person, state="absent", check=True),
            member(shop, person, state="absent"),
            member(shop, person, state="absent"),
            member(shop, person),
            of_agency,
            of_agency,
        ]
    )
    sent, predicted, withdrawn, quiet, again, out, out_again = played
    assert sent.changed and predicted.changed and predicted.writes == [] and predicted["diff"] == withdrawn["diff"]
    [old] = withdrawn["diff"]["before"]["withdrawn_invitations"]
    assert withdrawn.changed and withdrawn.writes == [f"DELETE /invitations/{old['invitation_id']}"]
    assert not quiet.changed and quiet.writes == [] and not quiet["invited"]
    assert again.changed and out.changed and len(out.writes) == 1 and not out_again.changed
    assert invited(shop, person) == 2 and invitations(shop, person) == []


def test_invitation_whose_response_was_lost(shop: Shop, person: str) -> None:
    rule = {"match": {"method": "POST", "path": "*/members/invite", "nth": 1}, "fault": "reset_after"}
    shop.player.sandbox.set_faults([rule])
    found, again = shop.play([member(shop, person)] * 2)
    assert found.changed and found["invited"] and len(found.writes) == 1
    assert not again.changed and invited(shop, person) == 1


def test_invitation_that_never_arrived(shop: Shop, person: str) -> None:
    rule = {"match": {"method": "POST", "path": "*/members/invite", "nth": 1}, "fault": "reset_before"}
    shop.player.sandbox.set_faults([rule])
    sent, again = shop.play([member(shop, person)] * 2)
    assert sent.changed and sent["invited"] and not again.changed and len(invitations(shop, person)) == 1


def test_invitation_that_has_expired(tmp_path: Path) -> None:
    with SandboxProcess(service="configcat") as sandbox:
        shop = make_shop(sandbox, tmp_path)
        email, group = "grace@customer.example", "Administrators"
        (sent,) = shop.play([member(shop, email, group)])
        sandbox.advance(15 * 86_400)
        predicted, again, quiet = shop.play(
            [member(shop, email, group, check=True), member(shop, email, group), member(shop, email, group)]
        )
        [old] = again["diff"]["before"]["withdrawn_invitations"]
        assert sent.changed and predicted.changed and predicted["diff"] == again["diff"] and old["expired"]
        assert again.changed and again.writes[0] == f"DELETE /invitations/{old['invitation_id']}"
        assert not quiet.changed and [item["expired"] for item in invitations(shop, email)] == [False]


def test_member_of_the_organization_who_was_invited_before(shop: Shop, person: str) -> None:
    shop.play([member(shop, person)])
    wanted = {"full_name": "Grace", "email": person}
    shop.player.sandbox.control("POST", f"organizations/{organization_of(shop)}/members", wanted)
    joined, again = shop.play([member(shop, person, "Readers")] * 2)
    assert joined.changed and joined["member"]["email"] == person and invitations(shop, person) == []
    assert not again.changed


def test_roles(shop: Shop, person: str) -> None:
    organization = organization_of(shop)
    wanted = {"full_name": "Grace", "email": person}
    user = shop.player.sandbox.control("POST", f"organizations/{organization}/members", wanted)["userId"]

    def roles(**options: Any) -> Task:
        return task("configcat_member", **{"email": person.upper(), "organization": "Agency", **options})

    played = shop.play(
        [
            roles(is_admin=True, is_billing_manager=True, check=True),
            roles(is_admin=True, is_billing_manager=True),
            roles(is_admin=True),
            roles(is_billing_manager=False, organization=organization),
            roles(is_admin=False, is_billing_manager=False),
            roles(is_admin=False, email="nobody@customer.example"),
            roles(is_admin=True, email="nobody@customer.example", check=True),
            roles(is_admin=False, email="ada@agency.example"),
        ]
    )
    predicted, both, again, one, none, unknown, unknown_checked, last = played
    path = f"POST /organizations/{organization}/members/{user}"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == both["diff"]
    assert both.changed and both.writes == [path] and both["member"]["is_admin"] and not both["invited"]
    assert not again.changed and again["member"]["is_billing_manager"] and again["member"]["permissions"] == []
    assert one.changed and one["diff"]["after"] == {"is_billing_manager": False} and one["member"]["is_admin"]
    assert none.changed and none["diff"]["after"] == {"is_admin": False}
    assert unknown.error["kind"] == "not_found" and "member nobody" in unknown.msg and unknown.writes == []
    assert unknown_checked.changed and "member nobody" in unknown_checked["warnings"][0]
    # The organization would have no administrator left.
    assert last.error["kind"] == "invalid_request" and last.error["validation_errors"]


def test_member_of_one_product_only(shop: Shop, person: str) -> None:
    organization = organization_of(shop)
    wanted = {"full_name": "Grace", "email": person}
    user = shop.player.sandbox.control("POST", f"organizations/{organization}/members", wanted)["userId"]
    other = call(shop.player.sandbox, "POST", f"/organizations/{organization}/products", {"name": f"Old {person}"})
    [group] = call(shop.player.sandbox, "GET", f"/products/{other['productId']}/permissions")
    elsewhere = {"permissionGroupIds": [group["permissionGroupId"]]}
    Client(shop.player.sandbox).call("POST", f"/organizations/{organization}/members/{user}", elsewhere)
    alone: dict[str, Any] = {"leave_other_products": True}
    played = shop.play(
        [
            member(shop, person),
            member(shop, person, check=True, **alone),
            member(shop, person, **alone),
            member(shop, person, **alone),
            member(shop, f"new-{person}", **alone),
            member(shop, f"new-{person}", **alone),
            task("configcat_info", gather=["organization_members"], organization=organization),
        ]
    )
    joined, predicted, left, again, invited_too, invited_again, people = played
    assert joined.changed and predicted.changed and predicted.writes == [] and predicted["diff"] == left["diff"]
    assert left["diff"] == {"before": {"other_products": [f"Old {person}"]}, "after": {"other_products": []}}
    assert left.writes == [f"POST /organizations/{organization}/members/{user}"] and not again.changed
    assert left["member"] == again["member"] and left["member"]["other_products"] == []
    assert invited_too.changed and invited_too["invited"] and not invited_again.changed
    [grace] = [item for item in people["organization_members"] if item["email"] == person]
    assert [item["product"]["name"] for item in grace["permissions"]] == [shop.product]


def test_refusals(shop: Shop, person: str) -> None:
    played = shop.play(
        [
            member(shop, "nobody"),
            member(shop, "a b@customer.example"),
            member(shop, person, None),
            member(shop, person, product=None),
            member(shop, person, product=None, state="absent"),
            member(shop, person, organization="Agency"),
            member(shop, person, product=None, organization="Agency"),
            member(shop, person, is_admin=True),
            task("configcat_member", email=person, organization="Agency"),
            member(shop, person, product="No such product"),
            member(shop, person, "No such group"),
            member(shop, person, "No such group", check=True),
            member(shop, person, product="No such product", state="absent"),
            task("configcat_member", email=person, organization="No such agency", state="absent"),
        ]
    )
    words = ["email", "email", "permission_group", "product", "organization", "mutually exclusive"]
    words += ["mutually exclusive", "mutually exclusive", "is_admin"]
    check_refusals(played.results[:9], words)
    no_product, no_group, checked, absent, no_agency = played.results[9:]
    for result, word in ((no_product, "product"), (no_group, "permission group"), (no_agency, "organization")):
        assert result.error["kind"] == "not_found" and word in result.msg and result.writes == []
    assert checked.changed and checked.writes == [] and "permission group" in checked["warnings"][0]
    assert not absent.changed and absent.writes == []
