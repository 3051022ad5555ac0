# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules send, what they refuse before, and what they make of responses: with a scripted client."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from tests.support.children import run_module
from tests.support.corpus import Input, inputs
from tests.support.dataflowkit import PERSONS

PAGE = "https://www.example.com/"
GOOD = {
    "fetch": ("text/html; charset=utf-8", b"<p>"),
    "pdf": ("application/pdf", b"%PDF-1.4"),
    "screenshot": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "parse": ("application/json", b'[{"A_text": "1"}]'),
    "serp": ("application/json", b"[]"),
}


class Api:
    """Answers one call, and keeps what was sent."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.sent: list[tuple[str, Any]] = []
        self.answer: tuple[int, str, bytes, str] | None = None
        self._monkeypatch = monkeypatch

    def run(self, name: str, **options: Any) -> dict[str, Any]:
        """Run a module; its file is named after it."""
        media_type, content = GOOD[name]
        status, media_type, content, broken = self.answer or (200, media_type, content, "")

        def request(rest: RestClient, method: str, path: str, *, body: Any, **how: Any) -> Response:
            # Never resent, on a connection that the server is not just closing.
            assert how == {"expect": (*range(200, 300), 500), "fresh": True}
            self.sent.append((f"{method} {path}", json.loads(json.dumps(body))))
            return Response(status, "", {"Content-Type": media_type}, content, broken)

        self._monkeypatch.setattr(RestClient, "request", request)
        connection = {"api_key": "k3y-of-dataflowkit", "state_dir": str(self.folder / "state")}
        return run_module(f"dataflowkit_{name}", {"dest": str(self.folder / name), **connection, **options})

    def body(self, name: str, **options: Any) -> Any:
        """Return what a module sends."""
        result = self.run(name, **options)
        assert not result.get("failed"), result
        return self.sent[-1][1]


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    return Api(tmp_path, monkeypatch)


def test_defaults_are_those_of_the_description(api: Api) -> None:
    assert api.body("fetch", url=PAGE) == {"type": "base", "output": "buffer", "url": PAGE}
    margins = dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0.4)
    flags = dict.fromkeys(("landscape", "printBackground", "printHeaderFooter"), False)
    rest = {"output": "buffer", "paperSize": "A4", "scale": 1.0, "url": PAGE}
    assert api.body("pdf", url=PAGE) == {**rest, **margins, **flags}
    assert api.body("screenshot", url=PAGE) == {
        **{"output": "buffer", "format": "png", "fullPage": False, "width": 800, "height": 600, "scale": 1.0},
        **{"offsetx": 0, "offsety": 0, "url": PAGE},
    }
    assert [call for call, _body in api.sent] == [
        "POST /fetch",
        "POST /convert/url/pdf",
        "POST /convert/url/screenshot",
    ]


def test_everything_about_a_page(api: Api) -> None:
    cookie = {"name": "a", "value": "t0ken-of-ada", "domain": ".example.com", "storeId": "0", "expirationDate": 1.5}
    body = api.body(
        "fetch",
        url=PAGE,
        fetcher="chrome",
        page_proxy="country-sk",
        wait_delay=1.5,
        ignore_http_status_codes=True,
        initial_cookies=[{**cookie, "hostOnly": False, "id": 1, "sameSite": "lax"}],
        actions=[
            {"send_keys": {"selector": "#q", "value": "web"}},
            {"waitNotVisible": {"selector": "#x", "ignore_if_not_present": True}},
            {"pause": {"wait_delay": 200}},
            {"loop": {"times": 2, "actions": [{"js_click": {"selector": "a", "skip_last_iteration": True}}]}},
            {"getcontent": None},
        ],
    )
    assert body == {
        "type": "chrome",
        "output": "buffer",
        "url": PAGE,
        "proxy": "country-sk",
        "waitDelay": 1.5,
        "ignoreHTTPStatusErrCodes": True,
        "initialCookies": [
            {
                **{"name": "a", "value": "t0ken-of-ada", "domain": ".example.com", "storeID": "0"},
                **{"expirationDate": 1.5, "hostOnly": False, "id": 1, "sameSite": "lax"},
            }
        ],
        "actions": [
            {"sendKeys": {"selector": "#q", "value": "web"}},
            {"waitNotVisible": {"selector": "#x", "ignoreIfNotPresent": True}},
            {"pause": {"waitDelay": "200"}},
            {"loop": {"times": 2, "actions": [{"jsclick": {"selector": "a", "skipLastIteration": True}}]}},
            {"getcontent": {}},
        ],
    }


def test_fields_and_their_details(api: Api) -> None:
    details = {"fields": [{"name": "Age", "selector": ".age"}], "paginator": {"next_page_selector": ".n"}, "path": True}
    fields = [
        {"name": "Name", "selector": "a", "type": "link", "details": details},
        {"name": "Face", "selector": "img", "type": "image", "filters": [{"name": "regex", "param": "[0-9]+"}]},
    ]
    pages = {"next_page_selector": ".next", "page_num": 3}
    assert api.body("parse", url=PAGE, fields=fields, paginator=pages, common_parent=".c", format="json") == {
        "name": "www.example.com",
        "request": {"type": "base", "url": PAGE},
        "fields": [
            {
                **{"name": "Name", "selector": "a", "type": 2, "attrs": ["href", "text"], "filters": []},
                "details": {
                    "fields": [{"name": "Age", "selector": ".age", "type": 1, "attrs": ["text"], "filters": []}],
                    "paginator": {"nextPageSelector": ".n", "pageNum": 1},
                    "path": True,
                },
            },
            {
                **{"name": "Face", "selector": "img", "type": 0, "attrs": ["src", "alt"]},
                "filters": [{"name": "regex", "param": "[0-9]+"}],
            },
        ],
        "format": "json",
        "path": False,
        "commonParent": ".c",
        "paginator": {"nextPageSelector": ".next", "pageNum": 3},
    }


def test_payload_is_sent_unchanged_and_data_is_returned(api: Api) -> None:
    odd = {**PERSONS, "unknown": {"kept": [1, None]}, "request": {**PERSONS["request"], "url": PAGE}}
    assert api.body("parse", payload=json.dumps(odd)) == odd
    assert api.run("parse", payload=odd)["data"] == [{"A_text": "1"}]
    flat = {"name": "s", "format": "json", "proxy": "country-any", "type": "chrome", "url": PAGE}
    assert api.body("serp", payload=flat) == flat


@pytest.mark.parametrize("one", inputs("payloads"), ids=lambda one: str(one.path.stem))
def test_payloads_of_the_corpus(api: Api, one: Input) -> None:
    name = str(one.expected.get("taken", "dataflowkit_parse")).removeprefix("dataflowkit_")
    api.answer = (200, "text/plain", b"[]", "")
    result = api.run(name, payload=one.text)
    if one.is_taken:
        assert result["changed"] and api.sent[0][1] == json.loads(one.text)
    else:
        assert re.search(one.expected["refused"], result["msg"]) and api.sent == []


def test_result_pages_are_described_in_both_places(api: Api) -> None:
    body = api.body("serp", url=PAGE, page_num=2)
    how = {"proxy": "country-any", "type": "chrome", "url": PAGE}
    assert body == {**how, "request": how, "name": "www.example.com", "format": "json", "pageNum": 2}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("fetch", {"url": "www.example.com"}, "url: 'www.example.com' is not an address"),
        ("fetch", {"url": "file:///etc/passwd"}, "url: "),
        ("fetch", {"url": PAGE + " x"}, "url: "),
        ("fetch", {"url": PAGE, "page_proxy": "sk"}, "page_proxy: 'sk' is not country-any"),
        ("fetch", {"url": PAGE, "wait_delay": -1}, "wait_delay: "),
        ("fetch", {"url": PAGE, "api_key": ""}, "api_key: it is empty"),
        ("fetch", {"url": PAGE, "actions": [{"click": {}, "input": {}}]}, "actions[0]: an action is a dictionary"),
        (
            "fetch",
            {"url": PAGE, "actions": [{"fly": {}}]},
            "actions[0]: fly is no action. Those are click, doubleClick",
        ),
        ("fetch", {"url": PAGE, "actions": [{"click": "a"}]}, "actions[0].click: its properties are a dictionary."),
        ("fetch", {"url": PAGE, "actions": [{"loop": {"actions": [{"fly": {}}]}}]}, "actions[0].loop.actions[0]: fly"),
        ("pdf", {"url": PAGE, "margin_left": 11}, "margin_left: "),
        ("pdf", {"url": PAGE, "scale": 6}, "scale: it must be 0.1 to 5"),
        ("screenshot", {"url": PAGE, "scale": 4}, "scale: it must be 0.1 to 3"),
        ("screenshot", {"url": PAGE, "width": 0}, "width: "),
        ("screenshot", {"url": PAGE, "quality": 101}, "quality: "),
        ("parse", {"url": PAGE, "fields": []}, "fields: it is empty"),
        ("parse", {"url": PAGE}, "fields"),
        ("parse", {}, "payload, url"),
        ("parse", {"payload": PERSONS, "url": PAGE, "fields": [{"name": "a", "selector": "b"}]}, "mutually exclusive"),
        ("parse", {"payload": {**PERSONS, "format": "yaml"}}, "payload.format: it is not one of csv"),
        ("parse", {"payload": {**PERSONS, "request": {}}}, "payload.request.url: "),
        ("parse", {"payload": {**PERSONS, "request": {"url": PAGE, "output": "file"}}}, "payload.request.output: "),
        ("serp", {"payload": {"url": PAGE, "format": "csv", "output": "file"}}, "payload.output: "),
        ("parse", {"payload": {**PERSONS, "request": 1}}, "payload.request: "),
        ("parse", {"payload": PERSONS, "ignore_http_status_codes": True}, "payload: it says how to load the page"),
        ("parse", {"payload": PERSONS, "fetcher": "chrome"}, "payload|fetcher"),
        ("parse", {"payload": PERSONS, "path": True}, "payload|path"),
        ("serp", {"payload": PERSONS, "fetcher": "base"}, "payload|fetcher"),
        ("serp", {"payload": PERSONS, "page_num": 2}, "payload|page_num"),
        (
            "parse",
            {"url": PAGE, "fields": [{"name": "a", "selector": "b", "details": {"fields": [{}]}}]},
            "fields[0].details.fields[0]: a field is a dictionary",
        ),
        (
            "parse",
            {"url": PAGE, "fields": [{"name": "a", "selector": "b", "details": {"commonParent": "x"}}]},
            "fields[0].details: it is a dictionary with fields",
        ),
        (
            "parse",
            {
                "url": PAGE,
                "fields": [{"name": "a", "selector": "b"}],
                "paginator": {"next_page_selector": "n", "page_num": 0},
            },
            "paginator.page_num: ",
        ),
        ("serp", {"url": PAGE, "page_num": 0}, "page_num: "),
        ("pdf", {"url": PAGE, "initial_cookies": [{"name": "a", "value": "b", "id": True}]}, "initial_cookies.id: "),
    ],
)
def test_mistakes_are_refused_before_any_call(api: Api, name: str, options: dict[str, Any], words: str) -> None:
    result = api.run(name, **options)
    assert result.get("failed") and words in result["msg"], result
    assert api.sent == []


#: Values inside of details, whose options Ansible does not check.
ODD_DETAILS: list[tuple[Any, str]] = [
    ({"fields": [{"name": "a", "selector": "b", "filters": ["trim"]}]}, "fields[0].details.fields[0]: "),
    ({"fields": [{"name": "a", "selector": "b", "filters": 5}]}, "fields[0].details.fields[0]: "),
    ({"fields": [{"name": "a", "selector": "b", "filters": [{"name": "fly"}]}]}, "fly"),
    ({"fields": [{"name": "a", "selector": "b", "type": ["text"]}]}, "fields[0].details.fields[0].type: "),
    ({"fields": [{"name": "a", "selector": "b", "attrs": ["id"]}]}, "id"),
    ({"fields": [{"name": 5, "selector": "b"}]}, "fields[0].details.fields[0].name: a text is needed"),
    ({"fields": [{"name": "a", "selector": "b", "xpath": "c"}]}, "xpath"),
    ({"fields": [5]}, "fields[0].details: "),
    ({"fields": "a"}, "fields[0].details: "),
    (
        {"fields": [{"name": "a", "selector": "b"}], "paginator": {"next_page_selector": "n", "page_num": "x"}},
        "page_num",
    ),
    ({"fields": [{"name": "a", "selector": "b"}], "paginator": {"page_num": 2}}, "next_page_selector"),
    ({"fields": [{"name": "a", "selector": "b"}], "paginator": {"next_page_selector": "n", "page_num": 0}}, "page_num"),
    ({"fields": [{"name": "a", "selector": "b"}], "path": "perhaps"}, "path"),
    ({"fields": [{"name": "a", "selector": "b"}], "common_parent": 5}, "common_parent: a text is needed"),
]


@pytest.mark.parametrize(("details", "words"), ODD_DETAILS)
def test_details_are_checked_as_options_are(api: Api, details: Any, words: str) -> None:
    result = api.run("parse", url=PAGE, fields=[{"name": "a", "selector": "b", "details": details}])
    assert result["error"]["kind"] == "invalid_option" and words in result["msg"], result
    assert api.sent == []


def test_details_are_converted_as_options_are(api: Api) -> None:
    inner = {"name": "a", "selector": "b", "type": "link", "attrs": "href,text"}
    pages = {"next_page_selector": ".n", "page_num": "3"}
    details = {"fields": [inner], "paginator": pages, "path": "no", "name": None}
    body = api.body("parse", url=PAGE, fields=[{"name": "a", "selector": "b", "details": details}])
    assert body["fields"][0]["details"] == {
        "fields": [{"name": "a", "selector": "b", "type": 2, "attrs": ["href", "text"], "filters": []}],
        "paginator": {"nextPageSelector": ".n", "pageNum": 3},
    }


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("pdf", (200, "application/pdf", b"%PDF-1", "it was cut off"), "it was cut off"),
        ("pdf", (200, "application/pdf", b"<html>", ""), "it is not pdf"),
        ("pdf", (200, "text/html", b"<html>", ""), "its type is text/html"),
        ("screenshot", (200, "image/jpeg", b"\xff\xd8\xff", ""), "its type is image/jpeg"),
        ("fetch", (200, "", b"x", ""), "its type is unknown"),
        ("parse", (200, "application/json", b"[", ""), "it is not JSON"),
        ("parse", (200, "application/json", b"[" * 5000 + b"]" * 5000, ""), "it is not JSON"),
        ("parse", (200, "text/html", b"<p>", ""), "it is a web page"),
        # The service accepted it: it was made, and perhaps paid for.
        ("fetch", (201, "text/html", b"<p>", ""), "HTTP 201"),
        ("fetch", (204, "", b"", ""), "HTTP 204"),
        ("fetch", (500, "application/json", b"{}", ""), "HTTP 500"),
        ("fetch", (500, "text/plain", b"Process fetch failed", "it was cut off"), "HTTP 500"),
    ],
)
def test_useless_response_is_in_doubt(api: Api, name: str, answer: tuple[int, str, bytes, str], words: str) -> None:
    options = {"fields": [{"name": "a", "selector": "b"}]} if name == "parse" else {}
    api.answer = answer
    result = api.run(name, url=PAGE, **options)
    assert result["error"]["kind"] == "outcome_unknown" and words in result["msg"]
    assert not (api.folder / name).exists()
    api.answer = None
    assert api.run(name, url=PAGE, **options)["error"]["kind"] == "outcome_unknown"
    assert len(api.sent) == 1
    assert api.run(name, url=PAGE, on_doubt="resend", **options)["changed"]


def test_lines_of_json_are_read_and_others_are_in_doubt(api: Api) -> None:
    options: dict[str, Any] = {"url": PAGE, "fields": [{"name": "a", "selector": "b"}], "format": "jsonl"}
    # Separators that JSON may hold as they are (RFC 8259, 7), and that are no ends of lines here.
    records = [{"a_text": "one\u2028line\x85\u2029"}, {"a_text": "two"}]
    content = "\r\n".join([*(json.dumps(one, ensure_ascii=False) for one in records), "", ""]).encode()
    api.answer = (200, "application/x-ndjson", content, "")
    assert api.run("parse", **options)["data"] == records
    api.answer = (200, "application/x-ndjson", b'{"a_text": "1"}\n{"a_te', "")
    cut = api.run("parse", **options)
    assert cut["error"]["kind"] == "outcome_unknown" and "it is not JSON" in cut["msg"]
    assert (api.folder / "parse").read_bytes() == content


@pytest.mark.parametrize("url", ["https://ada:s3cret@www.example.com/x", "https://www.example.com?q=1", f"{PAGE}x#y"])
def test_data_are_named_after_the_host(api: Api, url: str) -> None:
    assert api.body("serp", url=url)["name"] == "www.example.com"
    assert api.body("parse", url=url, fields=[{"name": "a", "selector": "b"}])["name"] == "www.example.com"


@pytest.mark.parametrize("actions", [5, [5], [{"loop": {"actions": 5}}], [{"loop": 5}], [{"input": {"value": 5}}]])
def test_odd_actions_of_a_payload_are_sent_unchanged(api: Api, actions: Any) -> None:
    payload = {**PERSONS, "request": {"url": PAGE, "actions": actions}}
    assert api.body("parse", payload=payload) == payload


@pytest.mark.parametrize(
    "text", ["Process fetch failed. https://www.example.com/: HTTP 404", "Create single process failed"]
)
def test_described_failure_is_no_doubt(api: Api, text: str) -> None:
    api.answer = (500, "text/plain; charset=utf-8", text.encode(), "")
    result = api.run("fetch", url=PAGE)
    assert (result["error"]["kind"], result["error"]["text"]) == ("server_error", text)
    api.answer = None
    assert api.run("fetch", url=PAGE)["changed"]


def test_secrets_of_pages_and_payloads_are_hidden(api: Api) -> None:
    secret = "s3cret-of-ada"
    actions = [{"loop": {"actions": [{"input": {"selector": "#p", "value": secret}}]}}]
    cookies = [{"name": "a", "value": secret}]
    request = {"type": "chrome", "url": PAGE, "initialCookies": cookies}
    api.answer = (500, "text/plain", f"Process fetch failed. {secret}".encode(), "")
    for name, options in (
        ("fetch", {"url": PAGE, "actions": actions}),
        ("fetch", {"url": PAGE, "initial_cookies": cookies}),
        ("parse", {"payload": {**PERSONS, "request": request}}),
        ("parse", {"payload": {**PERSONS, "request": {"url": PAGE, "actions": actions}}}),
    ):
        result = api.run(name, **options)
        assert result["failed"] and secret not in str(result)


def test_password_in_an_address_is_hidden(api: Api) -> None:
    secret = "s3cret-of-ada"
    url = f"https://ada:{secret}@www.example.com/"
    api.answer = (500, "text/plain", f"Process fetch failed. {url}: HTTP 404".encode(), "")
    for name, options in (
        ("fetch", {"url": url}),
        ("fetch", {"url": f"{url} "}),
        ("parse", {"payload": {**PERSONS, "request": {"url": url}}}),
        ("parse", {"payload": {**PERSONS, "request": {"url": f"{url} "}}}),
        ("serp", {"payload": {"url": url, "format": "json"}}),
    ):
        result = api.run(name, **options)
        assert result["failed"] and secret not in str(result) and "www.example.com" in result["msg"]


def test_specifications_agree_in_what_they_share() -> None:
    specs = [
        importlib.import_module(f"ansible_collections.reseller.toolkit.plugins.modules.dataflowkit_{name}").SPEC
        for name in GOOD
    ]
    assert all(spec["argument_spec"]["api_key"]["no_log"] is True for spec in specs)
    assert all(spec["supports_check_mode"] for spec in specs)
