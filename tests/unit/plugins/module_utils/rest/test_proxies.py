# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password of a proxy is a secret in every form; its host and port are not."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import check_transport
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import Proxy, proxy_for, proxy_secrets
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, masked, result_of

PROXIES = [
    "http://us%65r:p%40ss%2Fw%c3%b6rd@proxy.example:3128",
    "http://user:p%40ss%2fw%C3%B6rd@proxy.example:3128/",
    "https://user:p@ss%2Fwörd@proxy.example",
    "user:p@ss%2Fwörd@proxy.example:3128",
    # Refused, and shown before that among the arguments.
    "http://user:p@ss/wörd@proxy.example:3128",
    "gopher://user:p@ss/wörd@proxy.example:99999999",
]
LATIN = base64.b64encode("user:p@ss/wörd".encode("latin-1")).decode()
UTF8 = base64.b64encode("user:p@ss/wörd".encode()).decode()


@pytest.mark.parametrize("url", PROXIES)
@pytest.mark.parametrize("where", ["option", "environment"])
def test_password_shows_in_no_form(monkeypatch: pytest.MonkeyPatch, url: str, where: str) -> None:
    if where == "environment":
        monkeypatch.setenv("HTTPS_PROXY", url)

    def run(task: Task) -> dict[str, Any]:
        said = f"via {url}: Basic {LATIN} or {UTF8}; p%40ss%2Fw%C3%B6rd, p@ss/wörd"
        return {"said": said, "arguments": {"proxy": url}}

    task = Task({"proxy": url if where == "option" else None}, check_mode=False)
    told = repr(result_of(run, task))
    told += repr(masked({"module_args": {"proxy": url}}, task.secrets))
    for form in ("ss%2F", "ss%2f", "ss/w", "rd@", LATIN, UTF8):
        assert form not in told
    assert "proxy.example" in told


@pytest.mark.parametrize(
    "url",
    [None, "", "http://proxy.example:3128", "proxy.example", "http://user@proxy.example", "http://user:@p.example"],
)
def test_proxy_without_a_password_hides_nothing(url: str | None) -> None:
    assert proxy_secrets(url) == set()


def test_proxy_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://api.example/v2/a"
    assert proxy_for(url, None) is None
    monkeypatch.setenv("HTTP_PROXY", "http://other.example")
    assert proxy_for(url, None) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:1")
    named = proxy_for(url, None)
    assert named and named == ("http://proxy.example:1", "the environment variable HTTPS_PROXY")
    assert proxy_for(url, "http://mine.example") == ("http://mine.example", "proxy")
    monkeypatch.setenv("NO_PROXY", "api.example")
    assert proxy_for(url, None) is None
    assert proxy_for(url, "http://mine.example") == ("http://mine.example", "proxy")


@pytest.mark.parametrize(
    ("url", "address", "speaks_tls"),
    [
        ("http://u:p@proxy.example:3128", "proxy.example port 3128", False),
        ("proxy.example:3128", "proxy.example port 3128", False),
        ("http://proxy.example", "proxy.example port 80", False),
        ("HTTPS://proxy.example", "proxy.example port 443", True),
    ],
)
def test_address_of_a_proxy(url: str, address: str, speaks_tls: bool) -> None:
    proxy = Proxy(url, "proxy")
    assert (proxy.address, proxy.speaks_tls) == (address, speaks_tls)


def params(**more: Any) -> dict[str, Any]:
    times = {"timeout": 30.0, "retry_timeout": 60.0, "rate_limit_timeout": 300.0, "rate_limit_reserve": 0}
    return {"ca_path": None, "proxy": None, "state_dir": None, **times, **more}


@pytest.mark.parametrize("password", ["a%E2%82%AC", "a%ZZ€"])
def test_password_that_cannot_be_sent_is_refused(password: str) -> None:
    check_transport(params(proxy="http://user:a%C3%A9@proxy.example"))
    with pytest.raises(ToolkitError, match="proxy: it is not") as caught:
        check_transport(params(proxy=f"http://user:{password}@proxy.example"))
    assert "user" not in str(caught.value)


def test_bundle_of_the_environment_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(ToolkitError, match=r"REQUESTS_CA_BUNDLE: there is no /nowhere/ca\.pem"):
        check_transport(params())
