# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Dataflow Kit modules on the real browser: after scripts and actions, PDFs, pictures. Exchanges are checked."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.contracts import DATAFLOWKIT
from tests.support.children import connection, run_module
from tests.support.dataflowkit import persons_site
from tests.support.judges import own_address
from tests.support.site import Site

pytestmark = pytest.mark.browser

#: Everything on it is made by a script.
APP = """<!doctype html><title>App</title><body style="margin:0"><form><input id=q><input id=on type=checkbox>
<select id=size><option>S<option>L</select></form><button id=more>more</button>
<div id=box style="width:40px;height:30px;background:rgb(1,2,3)"></div><ul id=list></ul><script>
let rows = 0;
const add = (text) => { const row = document.createElement("li"); row.textContent = text; list.append(row); };
add(document.cookie || "no cookie");
more.onclick = () => { rows += 1; add("row " + rows); };
document.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  add(["asked", q.value, on.checked, size.value].join(" "));
};
setTimeout(() => { add("late"); list.lastChild.id = "late"; }, 300);
</script>"""


class Modules:
    """Runs the modules in this process."""

    def __init__(self, server: SandboxProcess, site: Site, folder: Path) -> None:
        self.server = server
        self.site = site
        self.folder = folder

    def run(self, name: str, **options: Any) -> dict[str, Any]:
        given = {"url": f"{self.site.url}/app", "dest": str(self.folder / name), **options}
        state = connection(self.server, self.folder / "state")
        return run_module(f"dataflowkit_{name}", {**state, "timeout": 60, **given})

    def saved(self, name: str, **options: Any) -> bytes:
        """Return the content of the file that a module saves."""
        result = self.run(name, **options)
        assert not result.get("failed"), result
        return Path(result["path"]).read_bytes()

    def rows(self, **options: Any) -> list[str]:
        """Return the list of the page after scripts and actions."""
        field = {"name": "Row", "selector": "#list li"}
        result = self.run("parse", fetcher="chrome", fields=[field], **options)
        assert not result.get("failed"), result
        return [item["Row_text"] for item in result["data"]]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="dataflowkit", rate_limit="10000/60") as running:
        yield running
        # What the modules sent and got agrees with the description.
        exchanges = running.exchanges()
        assert coverage.violations(exchanges) == []
        assert coverage.not_worked(DATAFLOWKIT, exchanges) == set()


@pytest.fixture
def modules(server: SandboxProcess, tmp_path: Path) -> Iterator[Modules]:
    with persons_site() as site:
        site.pages["/app"] = APP
        yield Modules(server, site, tmp_path)


def test_content_is_that_after_scripts(modules: Modules) -> None:
    assert b"<li>no cookie</li>" not in modules.saved("fetch")
    assert b"<li>no cookie</li>" in modules.saved("fetch", fetcher="chrome")
    cookies = [{"name": "who", "value": "ada", "domain": "127.0.0.1", "path": "/", "session": True}]
    assert b"<li>who=ada</li>" in modules.saved("fetch", fetcher="chrome", initial_cookies=cookies)
    assert modules.rows(wait_delay=0.6) == ["no cookie", "late"]
    failed = modules.run("fetch", fetcher="chrome", url=f"{modules.site.url}/nothing")
    assert failed["error"]["kind"] == "server_error" and "HTTP 404" in failed["msg"]
    ignored = modules.saved("fetch", fetcher="chrome", url=f"{modules.site.url}/nothing", ignore_http_status_codes=True)
    assert b"nothing" in ignored


def test_actions(modules: Modules) -> None:
    rows = modules.rows(
        actions=[
            {"input": {"selector": "#q", "value": "old"}},
            {"input": {"selector": "#q", "value": "a"}},
            {"send_keys": {"selector": "#q", "value": "bc"}},
            {"input": {"selector": "#on", "value": "true"}},
            {"input": {"selector": "#size", "value": "L"}},
            {"submit": {"selector": "#q"}},
            {"loop": {"times": 3, "actions": [{"click": {"selector": "#more", "skip_last_iteration": True}}]}},
            {"double_click": {"selector": "#more"}},
            {"js_click": {"selector": "#more"}},
            {"click": {"selector": "#none", "ignore_if_not_present": True}},
            {"wait_visible": {"selector": "#late"}},
            {"execute": {"script": "add('by script')"}},
            {"scroll": {"times": 1, "scroll_by_pixels": 10, "selector": "#more"}},
            {"pause": {"wait_delay": 50}},
        ],
    )
    counted = [f"row {number}" for number in range(1, 7)]
    assert sorted(rows) == sorted(["no cookie", "asked abc true L", *counted, "late", "by script"])
    failed = modules.run("fetch", fetcher="chrome", actions=[{"click": {}}])
    assert failed["error"]["kind"] == "invalid_request" and "click: selector is missing" in failed["msg"]
    contents = modules.saved("fetch", fetcher="chrome", actions=[{"getcontent": {}}, {"getcontent": {}}])
    assert contents.count(b"<title>App") == 2


def test_pdf_is_unchanged_until_the_page_changes(modules: Modules) -> None:
    first = modules.run("pdf", paper_size="A5", landscape=True)
    content = Path(first["path"]).read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    # A5 in points, the long side first.
    assert b"/MediaBox [0 0 595" in content
    again = modules.run("pdf", paper_size="A5", landscape=True)
    assert (again["changed"], again["called"], again["sha256"]) == (False, True, first["sha256"])
    modules.site.pages["/app"] += "<p>new</p>"
    assert modules.run("pdf", paper_size="A5", landscape=True)["changed"]


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_pictures(modules: Modules) -> None:
    assert size_of(modules.saved("screenshot", width=300, height=200)) == (300, 200)
    assert size_of(modules.saved("screenshot", width=300, height=200, scale=2)) == (600, 400)
    assert size_of(modules.saved("screenshot", clip_selector="#box")) == (40, 30)
    modules.site.pages["/long"] = "<body style='margin:0'><div style='height:2000px'></div>"
    full = {"full_page": True, "width": 320, "url": f"{modules.site.url}/long"}
    assert size_of(modules.saved("screenshot", **full)) == (320, 2000)
    jpeg = modules.saved("screenshot", format="jpeg", quality=10)
    assert jpeg.startswith(b"\xff\xd8\xff") and len(jpeg) < len(modules.saved("screenshot", format="jpeg", quality=100))
    assert not modules.run("screenshot", format="jpeg", quality=100)["changed"]


def test_result_pages(modules: Modules) -> None:
    found = modules.run("serp", url=f"{modules.server.url}/pages/search?q=cakes", page_num=2)
    assert len(found["data"]) == 20 and found["data"][19]["link_text"] == "cakes 20"


def test_nothing_else_is_reached(modules: Modules) -> None:
    with Site(address=own_address()) as elsewhere:
        for url in (f"{modules.site.url}/to/{elsewhere.url}/", f"{elsewhere.url}/"):
            for name in ("pdf", "screenshot"):
                assert modules.run(name, url=url)["failed"]
            assert modules.run("fetch", fetcher="chrome", url=url)["failed"]
        other = elsewhere.url
        loads = f"<img src={other}/a.png><iframe src={other}/b></iframe><script src={other}/c></script>"
        modules.site.pages["/loads"] = f"<h1>shown</h1>{loads}"
        assert b"<h1>shown" in modules.saved("fetch", fetcher="chrome", url=f"{modules.site.url}/loads")
        script = f"fetch('{elsewhere.url}/d', {{mode: 'no-cors'}}).catch(() => {{}})"
        modules.saved(
            "fetch", fetcher="chrome", actions=[{"execute": {"script": script}}, {"pause": {"wait_delay": 200}}]
        )
        assert elsewhere.requested == []


def test_site_under_its_own_name(modules: Modules, tmp_path: Path) -> None:
    place = f"shop.example:80={modules.site.url.removeprefix('http://')}"
    with SandboxProcess("--allow-page", place, service="dataflowkit") as server:
        named = Modules(server, modules.site, tmp_path / "named")
        named.folder.mkdir()
        assert b"Persons 1" in named.saved("fetch", fetcher="chrome", url="http://shop.example/persons/1")
        assert b"Persons 1" in named.saved("fetch", url="http://shop.example/persons/1")
        assert {headers["Host"] for headers in modules.site.headers} == {"shop.example"}


def test_log_holds_no_secret(modules: Modules) -> None:
    cookies = [{"name": "a", "value": "t0ken-of-ada"}]
    modules.saved("fetch", fetcher="chrome", url=f"{modules.site.url}/persons/1", initial_cookies=cookies)
    assert modules.site.headers[0]["Cookie"] == "a=t0ken-of-ada"
    log = modules.server.exchange_log.read_text()
    assert "t0ken-of-ada" not in log and modules.server.api_key not in log
    assert json.loads(log.splitlines()[0])["query"] == "api_key=***"
