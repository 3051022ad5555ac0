# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Dataflow Kit sandbox without a browser: pages, data in five formats, result pages, keys, credits, no SSRF."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import requests

from sandbox.allowed_pages import AllowedPages
from sandbox.browser import Browser, BrowserMissing
from sandbox.dataflowkit import actions
from sandbox.dataflowkit import requests as requests_made
from sandbox.errors import Invalid
from tests.support.corpus import Input, inputs
from tests.support.dataflowkit import PERSONS, Client, persons_site
from tests.support.judges import own_address
from tests.support.site import Site

FIRST = {
    "Number_text": "1",
    "Name_href": "{url}/person/1",
    "Name_text": "PERSON 1",
    "Picture_src": "{url}/p1.svg",
    "Picture_alt": "P 1",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with persons_site() as site:
        yield site


def credits(api: Client) -> tuple[int, int]:
    state = api.sandbox.state()
    return state["calls"], state["credits_spent"]


def test_keys(api: Client) -> None:
    for key, text in (("", "No API Key provided"), ("wrong", "Invalid API key")):
        answer = api.post("fetch", {}, key=key)
        assert (answer.status_code, answer.text) == (401, text)


def test_fetched_page_and_its_credit(api: Client, site: Site) -> None:
    before = credits(api)
    answer = api.post("fetch", {"type": "base", "url": f"{site.url}/to//persons/1"})
    assert (answer.status_code, answer.text) == (200, site.pages["/persons/1"])
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    failed = api.post("fetch", {"type": "base", "url": f"{site.url}/missing"})
    assert (failed.status_code, failed.text) == (500, f"Process fetch failed. {site.url}/missing: HTTP 404")
    ignored = {"type": "base", "url": f"{site.url}/missing", "ignoreHTTPStatusErrCodes": True}
    assert "nothing" in api.post("fetch", ignored).text
    assert credits(api) == (before[0] + 2, before[1] + 2)


def test_cookies_are_sent_to_their_site_only(api: Client, site: Site) -> None:
    cookies = [
        {"name": "token", "value": "t0ken", "domain": "127.0.0.1", "path": "/", "storeId": "0", "sameSite": "lax"},
        {"name": "other", "value": "x", "domain": ".shop.example"},
    ]
    api.post("fetch", {"type": "base", "url": f"{site.url}/persons/3", "initialCookies": cookies})
    assert site.headers[-1]["Cookie"] == "token=t0ken"
    assert "t0ken" not in api.sandbox.exchange_log.read_text()


def test_link_to_a_file(api: Client, site: Site) -> None:
    link = api.post("fetch", {"type": "base", "url": f"{site.url}/persons/1", "output": "file"}).text
    assert requests.get(link, timeout=10).text == site.pages["/persons/1"]
    assert requests.get(link + "x", timeout=10).status_code == 404


def test_nothing_else_is_fetched(api: Client, site: Site) -> None:
    with Site(address=own_address()) as elsewhere:
        for url in (
            f"{elsewhere.url}/",
            f"{site.url}/to/{elsewhere.url}/",
            "http://169.254.169.254/latest/meta-data/",
            "http://localtest.me/",
            "file:///etc/passwd",
            "not a url",
        ):
            for path in ("fetch", "convert/url/pdf", "convert/url/screenshot"):
                answer = api.post(path, {"type": "base", "url": url} if path == "fetch" else {"url": url})
                assert answer.status_code == 400 and answer.text.startswith("Invalid request URL"), (path, url)
        details = [{**PERSONS["fields"][1], "selector": "a", "details": {"fields": PERSONS["fields"]}}]
        site.pages["/trap"] = f"<a href={elsewhere.url}/>x</a>"
        request = {"type": "base", "url": f"{site.url}/trap"}
        assert api.post("parse", {**PERSONS, "request": request, "fields": details}).status_code == 400
        assert elsewhere.requested == []


def test_data_of_several_pages(api: Client, site: Site) -> None:
    before = credits(api)
    found = api.parsed(site).json()
    assert found[0] == {name: value.format(url=site.url) for name, value in FIRST.items()}
    assert [one["Number_text"] for one in found] == ["1", "2", "3", "4"]
    assert credits(api) == (before[0] + 1, before[1] + 2)


def test_formats_hold_the_same_data(api: Client, site: Site) -> None:
    data = api.parsed(site).json()
    assert [json.loads(line) for line in api.parsed(site, format="jsonl").text.splitlines()] == data
    assert list(csv.DictReader(io.StringIO(api.parsed(site, format="csv").text))) == data
    root = ElementTree.fromstring(api.parsed(site, format="xml").content)
    assert [{part.tag: part.text for part in item} for item in root] == data
    excel = api.parsed(site, format="excel").content
    [names, *rows] = openpyxl.load_workbook(io.BytesIO(excel)).active.values
    assert [dict(zip(names, row, strict=True)) for row in rows] == data


def test_details_and_path(api: Client, site: Site) -> None:
    age = {"name": "Age", "selector": ".age", "type": 1, "attrs": ["text"]}
    link = {"name": "Name", "selector": "#cards a", "type": 2, "attrs": ["text"], "details": {"fields": [age]}}
    found = api.parsed(site, fields=[link], paginator=None).json()
    assert [one["Name_details"] for one in found] == [[{"Age_text": "21"}], [{"Age_text": "22"}]]
    behind = api.parsed(site, fields=[link], paginator=None, path=True).json()
    assert behind == [{"Age_text": "21"}, {"Age_text": "22"}]


def test_common_parent_and_filters(api: Client, site: Site) -> None:
    site.pages["/prices"] = "<p class=i><b>price- 10.99€</b></p><p class=i></p><p class=i><b>  old   TIME </b></p>"
    request = {"type": "base", "url": f"{site.url}/prices"}

    def found(*filters: dict[str, str]) -> list[Any]:
        field = {"name": "P", "selector": "b", "type": 1, "attrs": ["text"], "filters": list(filters)}
        got: list[Any] = api.parsed(site, request=request, commonParent="p.i", fields=[field], paginator=None).json()
        return got

    assert found({"name": "regex", "param": r"[0-9]+\.[0-9]+"}) == [{"P_text": "10.99"}, {"P_text": ""}]
    # A block without any value is no record.
    assert found({"name": "trim"}, {"name": "lowercase"})[1] == {"P_text": "old   time"}
    assert found({"name": "concatinate"}, {"name": "capitalize"})[1] == {"P_text": "Old Time"}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"fields": []}, "No fields to scrape"),
        ({"request": None}, "Invalid request URL: it is missing"),
        ({"fields": [{**PERSONS["fields"][0], "selector": "a["}]}, "a[: not a CSS selector"),
        ({"format": "yaml"}, "format: Input should be 'csv', 'json', 'jsonl', 'xml' or 'excel'"),
    ],
)
def test_wrong_payloads(api: Client, site: Site, changed: dict[str, Any], text: str) -> None:
    body = {**PERSONS, "request": {"type": "base", "url": f"{site.url}/persons/1"}, **changed}
    answer = api.post("parse", {name: value for name, value in body.items() if value is not None})
    assert (answer.status_code, answer.text) == (400, text)


@pytest.mark.parametrize("one", [one for one in inputs("payloads") if one.is_taken], ids=lambda one: str(one.path.stem))
def test_payloads_of_the_corpus(api: Client, site: Site, one: Input) -> None:
    payload = json.loads(one.text)
    payload["request"]["url"] = f"{site.url}/persons/1"
    answer = api.post(one.expected["taken"].removeprefix("dataflowkit_"), payload)
    assert answer.status_code == 200, answer.text


def test_result_pages_in_both_forms_of_a_request(api: Client) -> None:
    url = f"{api.sandbox.url}/pages/search?q=dataflow+kit"
    how = {"type": "base", "url": url, "proxy": "country-any"}
    flat = api.post("serp", {"name": "s", "format": "json", "pageNum": 3, **how}).json()
    nested = api.post("serp", {"name": "s", "format": "json", "pageNum": 3, "request": how}).json()
    assert flat == nested and len(flat) == 30
    assert flat[29] == {
        "link_href": "https://result30.example/",
        "link_text": "dataflow kit 30",
        "description_text": "All about dataflow kit 30.",
    }


def test_without_chromium_one_line_says_what_is_missing() -> None:
    async def opened() -> None:
        async with Browser(AllowedPages(), executable="/nowhere/chromium").page():
            pass

    with pytest.raises(BrowserMissing, match=r"^/nowhere/chromium is missing: install the package chromium\.$"):
        asyncio.run(opened())


@pytest.mark.parametrize(
    "action",
    [
        {"pause": {"waitDelay": "x"}},
        {"pause": {"waitDelay": None}},
        {"pause": {}},
        {"loop": {"times": "x", "actions": []}},
        {"loop": {"times": 1, "actions": {"pause": {}}}},
        {"loop": {"times": 1, "actions": [5]}},
        {"scroll": {"times": []}},
        {"fly": {}},
        {"click": "a"},
    ],
)
def test_odd_actions_are_refused(action: Any) -> None:
    page: Any = None
    with pytest.raises(Invalid):
        asyncio.run(actions.run(page, [action], []))


def test_pictures_and_pdfs_wait_for_half_a_second() -> None:
    """As the description says; other pages are taken at once."""
    page = {"url": "https://www.example.com/"}
    for made in (requests_made.Pdf, requests_made.Screenshot):
        assert made.model_validate(page).wait_delay == 0.5
        assert made.model_validate({**page, "waitDelay": 0}).wait_delay == 0
    assert not requests_made.Fetch.model_validate(page).wait_delay
