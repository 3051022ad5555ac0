# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the role ``hosting`` would order, change and refuse, from the predictions of its parts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import LOOPS, Part
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_prediction import Prediction
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake

NAME = "shop.example"
HOSTING: dict[str, Any] = {"identifier": NAME}
ACCOUNT = {"id": 7, "identifier": NAME}


def predicted(
    results: dict[str, Any], hosting: dict[str, Any] | None = None, *, request_fits: bool = True
) -> Prediction:
    """Return the prediction of parts with these results; a list is the results of a loop."""
    made = Prediction({**HOSTING, **(hosting or {})}, request_fits=request_fits)
    for key, result in results.items():
        for index, one in enumerate(result if key in LOOPS else [result]):
            if key in LOOPS:
                made.results.setdefault(key, [{}] * len(result))
            part = Part(key, f"reseller_{key}", f"hosting.{key}", {}, index if key in LOOPS else None)
            made.add(part, {"changed": False, "warnings": [], "invocation": None, **one})
    return made


def missing(thing: str) -> dict[str, Any]:
    """Return a result that assumed an earlier task to create a thing."""
    return {"changed": True, "warnings": [f"There is no {thing} yet."]}


def test_account_and_its_zone_come_with_the_run() -> None:
    made = predicted({"account": {"changed": True, "account": ACCOUNT}, "dns": missing(f"zone {NAME}")})
    made.find_missing_parents()
    assert made.mistakes == []
    assert made.orders() == [{"kind": "account", "name": NAME}]


def test_parent_that_nothing_creates_is_a_mistake_at_its_part() -> None:
    made = predicted({"account": {"account": ACCOUNT}, "dns": missing("zone other.example")})
    made.find_missing_parents()
    [mistake] = made.mistakes
    assert mistake.place == "hosting.dns" and mistake.message.startswith("zone other.example does not exist")


def test_https_comes_with_a_certificate_of_the_same_run() -> None:
    https = {"https": [missing("https at www.shop.example")]}
    account = {"account": {"account": ACCOUNT}}
    without, along = predicted({**account, **https}), predicted({**account, "certificate": {}, **https})
    for made in (without, along):
        made.find_missing_parents()
    assert [len(made.mistakes) for made in (without, along)] == [1, 0]


@pytest.mark.parametrize("confirmed", [False, True])
def test_purchases_need_their_sentence(confirmed: bool) -> None:
    sentence = f"domain {NAME}"
    domain = {"name": NAME, **({"confirm_purchase": sentence} if confirmed else {})}
    bought = {"would_purchase": sentence, "domain": {"domain_name": NAME}}
    made = predicted({"account": {"account": ACCOUNT}, "domain": bought}, {"domain": domain})
    made.find_unconfirmed()
    assert [mistake.place for mistake in made.mistakes] == ([] if confirmed else ["hosting.domain.confirm_purchase"])
    assert made.orders() == [{"kind": "domain", "name": NAME}]


def test_orders_are_new_databases_and_users_and_the_certificate() -> None:
    new = {"changed": True, "diff": {"before": {}, "after": {"name": "shop"}}}
    known = {"changed": True, "diff": {"before": {"name": "old"}, "after": {"name": "old"}}}
    users = {"users": [{"name": "ada", "changed": True}, {"name": "bob", "changed": True}], "changed": True}
    made = predicted(
        {
            "account": {"account": ACCOUNT},
            "databases": [new, known],
            "users": [users, {**users, "diff": {"before": {"ada": {"rights": "read_only"}}}}],
            "certificate": {"changed": True, "would_purchase": f"ssl {NAME}"},
        },
        {"databases": [{"name": "shop"}, {"name": "old"}], "ssl": {}},
    )
    assert [f"{order['kind']} {order['name']}" for order in made.orders()] == [
        "database shop",
        "user ada of database shop",
        "user bob of database shop",
        "user bob of database old",
        f"certificate {NAME}",
    ]


def test_only_parts_with_work_run_once_the_account_exists() -> None:
    parts = {
        "linux": {"changed": True},
        "databases": [{"changed": False}],
        "users": [{"changed": False}],
        "mailboxes": {"mailboxes": [{"changed": False, "recovered": True}]},
        "dns": {"warnings": ["Two records differ."]},
    }
    databases = {"databases": [{"name": "shop"}]}
    made = predicted({"account": {"account": ACCOUNT}, **parts}, databases)
    assert made.todo() == ["linux", "mailboxes"] and made.account_id == 7
    assert made.as_result()["warnings"] == ["Two records differ."]
    new = predicted({"account": {"changed": True, "account": ACCOUNT}, **parts}, databases)
    assert new.todo() == ["account", "linux", "databases", "users", "dns", "mailboxes"]


@pytest.mark.parametrize(
    ("certificate", "request_fits", "todo"),
    [
        ({"state": "present"}, True, []),
        ({"state": "present"}, False, ["certificate", "https"]),
        ({"state": "requested"}, True, ["certificate", "https"]),
    ],
)
def test_https_waits_for_an_ongoing_certificate(
    certificate: dict[str, Any], request_fits: bool, todo: list[str]
) -> None:
    parts = {"account": {"account": ACCOUNT}, "certificate": certificate, "https": [{"changed": False}]}
    made = predicted(parts, request_fits=request_fits)
    assert made.todo() == todo
    site = Part("https", "reseller_https", "hosting.sites[0]", {}, 0)
    assert made.waits_for_certificate(site) is (certificate["state"] != "present")
    assert not made.waits_for_certificate(Part("https", "reseller_https", "hosting.sites[0]", {"letsencrypt": True}, 0))


def test_failed_account_hides_what_would_come_with_it() -> None:
    made = predicted({"dns": missing(f"zone {NAME}")})
    made.failed(Part("account", "reseller_account", "hosting", {}), Mistake("hosting.servicepack", "unknown."))
    made.find_missing_parents()
    assert [mistake.place for mistake in made.mistakes] == ["hosting.servicepack"]
