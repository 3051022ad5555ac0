# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_member`` against the sandbox."""

from __future__ import annotations

import itertools
import secrets
from typing import Any

import pytest

from tests.support.playing import Task, check_refusals, task
from tests.support.shop import Shop, call

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


def test_invitation_is_sent_once(shop: Shop, person: str) -> None:
    played = shop.play(
        [
            member(shop, person, check=True),
            member(shop, person),
            member(shop, person),
            member(shop, person, resend_invitation=True),
            member(shop, person, "Readers"),
            member(shop, person, "Readers"),
        ]
    )
    predicted, sent, again, resent, other_group, other_again = played
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == sent["diff"] and predicted["invited"]
    assert sent.changed and sent.writes == [f"POST /products/{shop.product_id}/members/invite"]
    assert sent["member"] is None and sent["invited"]
    assert not again.changed and again.writes == [] and again["invited"]
    assert resent.changed and other_group.changed and not other_again.changed
    assert invited(shop, person) == 3


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
    assert gone.changed and "warnings" not in gone.data and invited_again.changed
    # A removed member can be invited again.
    (back,) = shop.play([member(shop, person)])
    assert back.changed and back["invited"] and invited(shop, person) == 2


def test_invitation_that_is_wanted_no_more(shop: Shop, person: str) -> None:
    sent, withdrawn, quiet, again = shop.play(
        [
            member(shop, person),
            member(shop, person, state="absent"),
            member(shop, person, state="absent"),
            member(shop, person),
        ]
    )
    assert sent.changed and not withdrawn.changed and "revoke it" in withdrawn["warnings"][0]
    assert "warnings" not in quiet.data and again.changed and invited(shop, person) == 2


def test_invitation_whose_response_was_lost(shop: Shop, person: str) -> None:
    rule = {"match": {"method": "POST", "path": "*/members/invite", "nth": 1}, "fault": "reset_after"}
    shop.player.sandbox.set_faults([rule])
    lost, again, settled = shop.play([member(shop, person)] * 3)
    assert lost.error["kind"] == "outcome_unknown" and len(lost.writes) == 1
    assert again.changed and not settled.changed and invited(shop, person) == 2


def test_refusals(shop: Shop, person: str) -> None:
    played = shop.play(
        [
            member(shop, "nobody"),
            member(shop, "a b@customer.example"),
            member(shop, person, None),
            member(shop, person, product=None),
            member(shop, person, product=None, state="absent"),
            member(shop, person, organization="Agency"),
            member(shop, person, product="No such product"),
            member(shop, person, "No such group"),
            member(shop, person, "No such group", check=True),
            member(shop, person, product="No such product", state="absent"),
            task("configcat_member", email=person, organization="No such agency", state="absent"),
        ]
    )
    words = ["email", "email", "permission_group", "product", "organization", "mutually exclusive"]
    check_refusals(played.results[:6], words)
    no_product, no_group, checked, absent, no_agency = played.results[6:]
    for result, word in ((no_product, "product"), (no_group, "permission group"), (no_agency, "organization")):
        assert result.error["kind"] == "not_found" and word in result.msg and result.writes == []
    assert checked.changed and checked.writes == [] and "permission group" in checked["warnings"][0]
    assert not absent.changed and absent.writes == []
