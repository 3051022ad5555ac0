# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, the rate limit, and the headers about it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop, errors

METER = ("X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    "header",
    [None, "", basic("sandbox-key:wrong"), basic("nobody:sandbox-secret"), "Basic sandbox-key:sandbox-secret"]
    + ["hmac sandbox-key:a:b:1", basic("sandbox-key")],
)
def test_wrong_credentials(api: Client, header: str | None) -> None:
    answer = requests.get(f"{api.sandbox.url}/v1/me", headers={"Authorization": header} if header else {}, timeout=20)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_right_credentials_in_any_letters_of_the_scheme(api: Client) -> None:
    headers = {"Authorization": basic("sandbox-key:sandbox-secret").replace("Basic", "bAsIc")}
    assert requests.get(f"{api.sandbox.url}/v1/me", headers=headers, timeout=20).json()["email"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/me", 405)])
def test_unknown_operation(api: Client, method: str, path: str, status: int) -> None:
    answer = api.call(method, path)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_unknown_and_repeated_query_parameters(api: Client, shop: Shop) -> None:
    path = f"/products/{shop.product}/auditlogs"
    assert set(errors(api.call("GET", f"{path}?page=1"))) == {"page"}
    assert set(errors(api.call("GET", f"{path}?configId={shop.config}&configId={shop.config}"))) == {"configId"}
    assert set(errors(api.call("GET", f"/products?productId={shop.product}"))) == {"productId"}


def test_a_body_that_is_no_json(api: Client, shop: Shop) -> None:
    url = f"{api.sandbox.url}/v1/products/{shop.product}/configs"
    answer = api.session.post(url, data=b'{"name": ', headers={"Content-Type": "application/json"}, timeout=20)
    assert answer.status_code == 400


def read_reset(form: str, text: str) -> float:
    if form == "epoch":
        return float(text)
    return (datetime.fromisoformat(text) if form == "iso" else parsedate_to_datetime(text)).timestamp()


@pytest.mark.parametrize("form", ["iso", "epoch", "http"])
def test_the_rate_limit(form: str) -> None:
    with SandboxProcess(service="configcat", rate_limit="2/60") as sandbox:
        sandbox.control("PUT", "resetform", {"form": form})
        api = Client(sandbox)
        answers = [api.call("GET", "/products") for _number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["X-Rate-Limit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
        for answer in answers:
            now = parsedate_to_datetime(answer.headers["Date"]).timestamp()
            assert 0 < read_reset(form, answer.headers["X-Rate-Limit-Reset"]) - now <= 62
        free = api.call("GET", "/me")
        assert free.status_code == 200 and not set(METER) & set(free.headers)
        sandbox.advance(61)
        assert api.call("GET", "/products").headers["X-Rate-Limit-Remaining"] == "1"


def test_the_time_of_the_reset_is_the_servers(sandbox: SandboxProcess, api: Client) -> None:
    sandbox.set_faults([{"fault": "clock_skew", "seconds": 7200}])
    answer = api.call("GET", "/products")
    now = parsedate_to_datetime(answer.headers["Date"])
    assert (now - datetime.now(UTC)).total_seconds() > 7000
    assert 0 < read_reset("iso", answer.headers["X-Rate-Limit-Reset"]) - now.timestamp() <= 62


def test_faults_as_for_any_service(sandbox: SandboxProcess, api: Client) -> None:
    rules: list[dict[str, Any]] = [
        {"fault": "rate_limit", "retry_after": 7, "match": {"path": "/products", "nth": 1}},
        {"fault": "status", "status": 503, "acted": True, "match": {"path": "/v1/organizations/*/products"}},
        {"fault": "reset_before", "match": {"path": "/tags/*"}},
    ]
    sandbox.set_faults(rules)
    limited = api.call("GET", "/products")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert limited.headers["X-Rate-Limit-Remaining"] == "0" and limited.json()["status"] == 429
    before = sandbox.state()["products"]
    organization = api.get("/organizations")[0]["organizationId"]
    assert api.call("POST", f"/organizations/{organization}/products", {"name": "Doubtful"}).status_code == 503
    assert sandbox.state()["products"] == before + 1
    with pytest.raises(requests.ConnectionError):
        api.call("GET", "/tags/1")
    assert [rule["fired"] for rule in sandbox.faults()] == [1, 1, 1]


def test_the_log_has_the_user_and_no_secret(sandbox: SandboxProcess, api: Client) -> None:
    api.call("POST", "/jira/connect", {"clientKey": "key", "jiraJwtToken": "token-of-jira"})
    last = sandbox.exchanges()[-1]
    assert last["request_headers"]["authorization"] == "Basic sandbox-key"
    assert "token-of-jira" not in str(last) and "jiraJwtToken" in last["request_body"]


def test_the_state_survives_a_restart(tmp_path: Any) -> None:
    with SandboxProcess(service="configcat", state=tmp_path) as sandbox:
        shop = Shop.open(Client(sandbox))
        shop.serve(shop.flag(), True)
        before = (sandbox.state(), shop.sdk_key)
        sandbox.restart()
        assert (sandbox.state(), shop.sdk_key) == before


def test_other_credentials_and_a_wrong_service(tmp_path: Any) -> None:
    with SandboxProcess(service="configcat", api_key="ada", api_secret="s3cret") as sandbox:
        assert Client(sandbox).get("/me")
    with pytest.raises(RuntimeError, match="invalid choice"):
        SandboxProcess(service="unknown").start()


def test_services_without_content_have_no_console() -> None:
    with SandboxProcess() as reseller:
        assert requests.get(reseller.url, timeout=20).status_code == 401
