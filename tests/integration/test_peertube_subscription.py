# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_subscription`` against the sandbox of both versions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.peertube import Instance, check_life, check_refused, login_of

MODULE = "peertube_subscription"
PATH = "/users/me/subscriptions"


@pytest.fixture
def user(instance: Instance) -> dict[str, Any]:
    """Return the options to log in as a new user."""
    return login_of(instance.add_user())


def test_life_of_a_subscription(instance: Instance, user: dict[str, Any]) -> None:
    host = urlsplit(instance.server.url).netloc
    made = check_life(instance, MODULE, **user, uri="root_channel")
    assert made["subscription"] == {"uri": f"root_channel@{host}"}
    assert made.writes == [f"POST {PATH}"] and made.requests[-1] == f"GET {PATH}/exist"
    shown = instance.send("GET", PATH, user["api_user"]).json()
    assert [channel["name"] for channel in shown["data"]] == ["root_channel"]
    unchanged = instance.run(MODULE, **user, uri=f"root_channel@{host}")
    assert not unchanged.changed and unchanged.requests == [f"GET {PATH}/exist"]
    assert instance.run(MODULE, **user, uri="root_channel", state="absent", check=True).changed
    ended = instance.run(MODULE, **user, uri="root_channel", state="absent")
    assert ended.changed and len(ended.writes) == 1 and ended["subscription"] is None
    assert not instance.run(MODULE, **user, uri="root_channel", state="absent").changed
    assert instance.send("GET", PATH, user["api_user"]).json()["total"] == 0


def test_channel_that_does_not_exist(instance: Instance, user: dict[str, Any]) -> None:
    absent = instance.run(MODULE, **user, uri="nothing")
    assert absent.error["kind"] == "not_found" and absent.writes == []
    predicted = instance.run(MODULE, **user, uri="nothing", check=True)
    assert predicted.changed and predicted["warnings"] == ["There is no channel nothing yet."]
    elsewhere = instance.run(MODULE, **user, uri="films@other.example", wait_timeout=1)
    assert elsewhere.error["kind"] == "job_timeout" and "Check that the channel exists" in elsewhere.msg
    assert instance.run(MODULE, **user, uri="films@other.example", wait=False).changed


def test_lost_response_is_repeated(instance: Instance, user: dict[str, Any]) -> None:
    rule = {"match": {"method": "POST", "path": f"/api/v1{PATH}", "nth": 1}, "fault": "reset_after"}
    instance.server.set_faults([rule])
    assert instance.run(MODULE, **user, uri="root_channel").changed
    assert instance.send("GET", PATH, user["api_user"]).json()["total"] == 1


def test_refusals(instance: Instance) -> None:
    bad: dict[str, dict[str, Any]] = {
        "films@": {"uri": "films@"},
        "wait_timeout": {"uri": "a", "wait_timeout": 0},
        "b/c": {"uri": "b/c"},
    }
    for word, options in bad.items():
        check_refused(instance.run(MODULE, **options), word)
