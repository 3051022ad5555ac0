# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshot tests of the sandbox, called as the vendor's sample scripts do, with drawings instead of browsers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PIL import Image

from sandbox.crossbrowsertesting import pictures
from sandbox.launcher import SandboxProcess
from tests.support.screenshots import Screenshots
from tests.support.site import LEFT, Site, page

WIDE, NARROW = "Linux|Chromium|800x600", "Win10|FF-latest|400x700"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        site.pages.update({"/": page(), "/moved": page(LEFT + 80)})
        yield site


@pytest.fixture(scope="module")
def screens() -> Iterator[Screenshots]:
    with SandboxProcess("--engine", "stub", service="crossbrowsertesting") as sandbox:
        yield Screenshots(sandbox)


def test_history_has_what_sample_scripts_read(screens: Screenshots, site: Site) -> None:
    first = screens.take(site.url, WIDE, NARROW)
    second = screens.take(f"{site.url}/moved", WIDE)
    history = screens.get("/screenshots", num=1)
    assert history["meta"]["record_count"] >= 2 and len(history["screenshots"]) == 1
    [newest] = history["screenshots"]
    assert newest["screenshot_test_id"] == second["screenshot_test_id"]
    [older] = screens.get("/screenshots", num=1, start=1)["screenshots"]
    shown = [
        (result["os"]["name"], result["browser"]["name"], result["result_id"] > 0)
        for version in older["versions"]
        for result in version["results"]
    ]
    assert shown == [("Linux", "Chromium 0", True), ("Win10", "FF-latest 0", True)]
    assert older == first
    assert screens.get("/screenshots", url="/moved")["meta"]["record_count"] == 1
    assert screens.get("/screenshots", start_date="2999-01-01")["screenshots"] == []
    assert screens.get("/screenshots", end_date="2000-01-01")["screenshots"] == []
    assert screens.get("/screenshots", archived="true")["screenshots"] == []


def test_parameters_may_be_in_the_query_a_form_or_json(screens: Screenshots, site: Site) -> None:
    words = {"url": site.url, "browsers": [WIDE, NARROW]}
    responses = [
        screens.send("POST", "/screenshots/", params=words),
        screens.send("POST", "/screenshots", data=words),
        screens.send("POST", "/screenshots", json=words),
        screens.send("POST", "/screenshots", params={"browsers": [WIDE, NARROW]}, data={"url": site.url}),
        screens.send("POST", "/screenshots", json={**words, "browsers": WIDE}),
    ]
    assert [response.status_code for response in responses] == [200] * 5
    counts = [response.json()["versions"][0]["result_count"]["total"] for response in responses]
    assert counts == [2, 2, 2, 2, 1]
    ids = [response.json()["screenshot_test_id"] for response in responses]
    assert len(set(ids)) == 5 and screens.finished(ids[-1])["versions"][0]["result_count"]["successful"] == 1


def test_refusals(screens: Screenshots, site: Site) -> None:
    good = {"url": site.url, "browsers": [WIDE]}
    for wrong, text in (
        ({"url": ""}, "url is required"),
        ({"url": "https://www.example.com/"}, "neither on loopback nor allowed"),
        ({"url": "file:///etc/passwd"}, "only http and https"),
        ({"url": "http://169.254.169.254/"}, "neither on loopback nor allowed"),
        ({"browsers": []}, "browsers is required"),
        ({"browsers": ["Chromium"]}, "Unknown browsers: Chromium"),
        ({"browsers": ["Linux|Chromium|9999x9999"]}, "Unknown browsers"),
        ({"delay": -1}, "delay"),
        ({"delay": "soon"}, "delay"),
    ):
        refused = screens.send("POST", "/screenshots", json={**good, **wrong})
        assert refused.status_code == refused.json()["status"] == 400 and text in refused.json()["message"], wrong
    assert (
        screens.send("POST", "/screenshots", data="[1]", headers={"Content-Type": "application/json"}).status_code
        == 400
    )
    assert screens.send("GET", "/screenshots", auth=("sandbox-key", "wrong")).status_code == 401
    test = screens.take(site.url, WIDE)
    test_id, version = test["screenshot_test_id"], test["versions"][0]["version_id"]
    result = test["versions"][0]["results"][0]["result_id"]
    for path in (
        "1",
        f"{test_id}/1/comparison/{result}",
        f"{test_id}/{version}/comparison/1",
        f"1/{version}/comparison/{result}",
    ):
        assert screens.send("GET", f"/screenshots/{path}").status_code == 404, path
    assert screens.send("GET", f"/screenshots/{test_id}/{version}/comparison/{result}?tolerance=101").status_code == 400


def test_jsonp(screens: Screenshots) -> None:
    answer = screens.send("GET", "/screenshots?format=jsonp&callback=shots.show")
    assert answer.text.startswith('shots.show({"screenshots"') and answer.text.endswith(");")
    assert screens.send("GET", "/screenshots?format=jsonp&callback=alert(1)").status_code == 400


def test_callback_is_no_parameter_of_a_new_test(screens: Screenshots) -> None:
    assert screens.send("POST", "/screenshots?callback=show&delay=1", json={}).status_code == 400
    assert screens.unusual() == ["unknown parameter callback"]


def test_page_that_is_not_there_is_a_failed_result(screens: Screenshots, site: Site) -> None:
    test = screens.take(f"{site.url}/nothing", WIDE)
    [result] = test["versions"][0]["results"]
    assert result["state"] == "failed" and result["successful"] is False and "HTTP 404" in result["description"]
    assert result["images"]["fullpage"] is None and test["versions"][0]["result_count"]["failed"] == 1
    assert requests.get(test["versions"][0]["show_results_public_url"], timeout=10).text.count("HTTP 404") == 1


def test_state_in_a_folder_is_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/slow"] = page()
    with SandboxProcess("--engine", "stub", service="crossbrowsertesting", state=tmp_path / "state") as sandbox:
        screens = Screenshots(sandbox)
        test = screens.take(site.url, WIDE)
        body = {"url": f"{site.url}/slow", "browsers": [WIDE], "delay": 60}
        running = screens.send("POST", "/screenshots", json=body).json()
        sandbox.restart()
        again = screens.get(f"/screenshots/{test['screenshot_test_id']}")
        assert again["versions"][0]["results"][0]["result_id"] == test["versions"][0]["results"][0]["result_id"]
        picture = requests.get(again["versions"][0]["results"][0]["images"]["fullpage"], timeout=10)
        assert picture.headers["Content-Type"] == "image/png"
        [ended] = screens.get(f"/screenshots/{running['screenshot_test_id']}")["versions"][0]["results"]
        assert (ended["state"], ended["description"]) == ("failed", "the sandbox ended")


def png(width: int, height: int, mark: tuple[int, int, int, int] | None = None) -> bytes:
    """Return a white picture, with a black rectangle."""
    picture, file = Image.new("RGB", (width, height), "white"), io.BytesIO()
    if mark:
        picture.paste((0, 0, 0), mark)
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("target", "base", "share"),
    [
        (png(10, 10), png(10, 10), 0.0),
        (png(10, 10, (0, 0, 5, 2)), png(10, 10), 0.1),
        (png(10, 10, (0, 0, 5, 2)), png(10, 10, (5, 0, 10, 2)), 0.2),
        # What one picture is larger by differs.
        (png(10, 20), png(10, 10), 0.5),
        (png(10, 10), png(20, 10), 0.5),
    ],
    ids=("same", "mark", "moved mark", "longer", "narrower"),
)
def test_share_of_pixels_that_differ(target: bytes, base: bytes, share: float) -> None:
    found = pictures.difference(target, base)
    assert found.share == pytest.approx(share)
    assert pictures.size_of(found.picture) == tuple(map(max, pictures.size_of(target), pictures.size_of(base)))
    with Image.open(io.BytesIO(found.picture)) as picture:
        counts = {color: count for count, color in picture.convert("RGB").getcolors() or ()}
    assert counts.get(pictures.HIGHLIGHT, 0) == round(share * sum(counts.values()))
