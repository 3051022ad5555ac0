# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linux hostings: settings, sites, scheduled tasks, SSH keys."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from urllib.parse import quote

import pytest

from tests.sandbox.conftest import LINUX_START, codes
from tests.sandbox.test_ssl import buy


def public_key(seed, comment=""):
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + hashlib.sha256(seed.encode()).digest()
    return f"ssh-ed25519 {b64encode(blob).decode()} {comment}".strip()


@pytest.fixture
def hosting(api):
    """Return the path of a new hosting."""
    name = api.new_name()
    api.account(name)
    return f"/v2/linuxhostings/{name}"


def name_of(path):
    return path.rpartition("/")[2]


def hidden(api, path):
    return api.sandbox.control("GET", f"hostings/{name_of(path)}")


def site(api, path, number=0):
    return api.get(path).json()["sites"][number]


def test_shown_values(api, hosting):
    versions = [entry["version"] for entry in api.get(f"{hosting}/phpsettings/availableversions").json()]
    for version in versions:
        assert api.put(f"{hosting}/phpsettings/version", {"version": version}).status_code == 204
        assert api.get(hosting).json()["php_version"] == version
    assert codes(api.put(f"{hosting}/phpsettings/version", {"version": "5.2"})) == ["version_invalid"]
    for enabled in (False, True):
        assert api.put(f"{hosting}/ftp/configuration", {"enabled": enabled}).status_code == 204
        assert api.get(hosting).json()["ftp_enabled"] is enabled


@pytest.mark.parametrize(
    ("path", "body", "name", "kept"),
    [
        ("phpsettings/memorylimit", {"memory_limit": 512}, "memory_limit", "512"),
        ("phpsettings/apcu", {"enabled": True, "apcu_size": 64}, "apcu", "True 64"),
        ("phpsettings/apcu", {"enabled": False, "apcu_size": 0}, "apcu", "False 0"),
        ("settings/gzipcompression", {"enabled": True}, "gzip", "True"),
        ("ssh/configuration", {"enabled": False}, "ssh", "False"),
    ],
)
def test_what_can_only_be_written(api, hosting, path, body, name, kept):
    before = api.get(hosting).json()
    for writes in (1, 2):
        assert api.put(f"{hosting}/{path}", body).status_code == 204
        assert hidden(api, hosting) == {name: {"value": kept, "writes": writes}}
    assert api.get(hosting).json() == before
    assert codes(api.put(f"{hosting}/{path}", {})) == [f"{property}_required" for property in body]
    wrong = dict.fromkeys(body, "many")
    assert codes(api.put(f"{hosting}/{path}", wrong)) == [f"{property}_invalid" for property in body]
    assert api.put(f"/v2/linuxhostings/nobody.example/{path}", body).status_code == 404


def test_a_subsite_needs_a_folder(sandbox, api, hosting):
    name = name_of(hosting)
    order = {"domain_name": f"shop.{name}"}
    assert codes(api.post(f"{hosting}/subsites", order)) == ["path_not_found"]
    sandbox.control("POST", "folders", {"domain": name, "path": f"/subsites/shop.{name}"})
    sandbox.control("POST", "folders", {"domain": name, "path": "/blog"})
    made = api.post(f"{hosting}/subsites", order)
    assert (made.status_code, made.headers["Location"]) == (201, f"{hosting}/subsites/shop.{name}")
    blog = {"domain_name": f"blog.{name}", "path": "/blog"}
    assert api.post(f"{hosting}/subsites", blog).status_code == 201
    shown = [(entry["name"], entry["path"]) for entry in api.get(hosting).json()["sites"]]
    assert shown == [(name, "/www"), (f"shop.{name}", f"/subsites/shop.{name}"), (f"blog.{name}", "/blog")]
    assert codes(api.post(f"{hosting}/subsites", blog)) == ["domain_name_already_exists"]

    assert api.delete(f"{hosting}/subsites/shop.{name}").status_code == 204
    assert api.delete(f"{hosting}/subsites/shop.{name}").status_code == 404
    assert codes(api.delete(f"{hosting}/subsites/{name}")) == ["site_name_invalid"]
    assert [entry["name"] for entry in api.get(hosting).json()["sites"]] == [name, f"blog.{name}"]


def test_host_headers(api, hosting):
    name = name_of(hosting)
    path = f"{hosting}/sites/{name}/hostheaders"
    made = api.post(path, {"domain_name": f"M.{name}"})
    assert (made.status_code, made.headers["Location"]) == (201, f"{path}/m.{name}")
    assert {"name": f"m.{name}", "enabled": True} in site(api, hosting)["host_headers"]
    assert codes(api.post(path, {"domain_name": f"m.{name}"})) == ["domain_name_already_exists"]
    assert codes(api.post(path, {"domain_name": "no name"})) == ["domain_name_invalid"]
    assert api.post(f"{hosting}/sites/other.example/hostheaders", {"domain_name": "a.example"}).status_code == 404


def test_letsencrypt_gives_ssl_and_http2_needs_it(api, hosting):
    name = name_of(hosting)
    http2, settings = f"{hosting}/sites/{name}/http2/configuration", f"{hosting}/sslsettings"
    assert codes(api.put(http2, {"enabled": True})) == ["ssl_required"]
    for host in (name, f"www.{name}"):
        assert api.put(f"{settings}/{host}/letsencrypt", {"enabled": True}).status_code == 204
        assert site(api, hosting)["ssl_enabled"] is True
    assert api.put(http2, {"enabled": True}).status_code == 204
    api.put(f"{settings}/{name}/letsencrypt", {"enabled": False})
    assert (site(api, hosting)["ssl_enabled"], site(api, hosting)["http2_enabled"]) == (True, True)
    api.put(f"{settings}/www.{name}/letsencrypt", {"enabled": False})
    assert (site(api, hosting)["ssl_enabled"], site(api, hosting)["http2_enabled"]) == (False, False)
    assert hidden(api, hosting)[f"letsencrypt {name}"] == {"value": "False", "writes": 2}
    assert api.put(f"{settings}/other.example/letsencrypt", {"enabled": True}).status_code == 404


def test_letsencrypt_can_take_a_moment(sandbox, api, hosting):
    name = name_of(hosting)
    sandbox.control("PUT", "moment", {"seconds": 30})
    try:
        assert api.put(f"{hosting}/sslsettings/{name}/letsencrypt", {"enabled": True}).status_code == 204
        assert site(api, hosting)["ssl_enabled"] is False
        assert codes(api.put(f"{hosting}/sites/{name}/http2/configuration", {"enabled": True})) == ["ssl_required"]
        sandbox.advance(31)
        assert site(api, hosting)["ssl_enabled"] is True
    finally:
        sandbox.control("PUT", "moment", {"seconds": 0})


@pytest.mark.parametrize("kind", ["standard", "wildcard"])
def test_a_certificate_gives_ssl_to_the_sites_that_it_is_for(sandbox, api, hosting, kind):
    name = name_of(hosting)
    deep = f"a.b.{name}"
    for host in (f"shop.{name}", deep):
        sandbox.control("POST", "folders", {"domain": name, "path": f"/subsites/{host}"})
        api.post(f"{hosting}/subsites", {"domain_name": host})
    assert [entry["ssl_enabled"] for entry in api.get(hosting).json()["sites"]] == [False] * 3
    link = buy(api, name, name if kind == "standard" else f"*.{name}", kind=kind)
    assert api.get(link).status_code == 303
    covered = [entry["ssl_enabled"] for entry in api.get(hosting).json()["sites"]]
    assert covered == [True, kind == "wildcard", False]


CRON = "0 3 * * *"


def test_the_life_of_a_task(api, hosting):
    path = f"{hosting}/scheduledtasks"
    body = {"id": "ignored", "cron_expression": CRON, "script_location": "/www/cron.sh", "enabled": True}
    made = api.post(path, body)
    assert made.status_code == 201
    link = made.headers["Location"]
    task_id = name_of(link)
    assert task_id != "ignored"
    assert api.get(path).json() == [api.get(link).json()] == [{**body, "id": task_id}]
    changed = {**body, "cron_expression": "*/15 4 1 12 7", "enabled": False}
    assert api.put(link, changed).status_code == 204
    assert api.get(link).json() == {**changed, "id": task_id}
    assert api.delete(link).status_code == 204
    assert [answer.status_code for answer in (api.get(link), api.put(link, body), api.delete(link))] == [404] * 3


def test_the_same_task_twice_runs_twice(sandbox, api, hosting):
    before = sandbox.state()["scheduled_tasks"]
    body = {"cron_expression": CRON, "script_location": "/www/cron.sh", "enabled": True}
    links = {api.post(f"{hosting}/scheduledtasks", body).headers["Location"] for _number in range(2)}
    assert len(links) == len(api.get(f"{hosting}/scheduledtasks").json()) == 2
    assert sandbox.state()["scheduled_tasks"] == before + 2


@pytest.mark.parametrize(
    "cron",
    ["* 3 * * *", "*/7 3 * * *", "60 3 * * *", "0 24 * * *", "0 */2 * * *", "0 3 0 * *", "0 3 32 * *", "0 3 * 13 *"]
    + ["0 3 * * 0", "0 3 * * 8", "0 3 * * mon", "0 3 1,2 * *", "0 3 1-5 * *", "0 3 * *", "0 3 * * * *", "", "@daily"]
    + ["0  3 * * *", "-1 3 * * *", "\u0664 3 * * *"],
)
def test_expressions_that_are_refused(api, hosting, cron):
    body = {"cron_expression": cron, "script_location": "/www/cron.sh", "enabled": True}
    assert codes(api.post(f"{hosting}/scheduledtasks", body)) == ["cron_expression_invalid"]


@pytest.mark.parametrize("cron", ["*/5 * * * *", "*/10 0 31 12 1", "*/30 23 * * *", "59 3 * 1 *"])
def test_expressions_that_are_accepted(api, hosting, cron):
    body = {"cron_expression": cron, "script_location": "/www/cron.sh", "enabled": True}
    assert api.post(f"{hosting}/scheduledtasks", body).status_code == 201


def test_a_task_needs_an_absolute_path(api, hosting):
    body = {"cron_expression": CRON, "script_location": "www/cron.sh", "enabled": True}
    assert codes(api.post(f"{hosting}/scheduledtasks", body)) == ["script_location_invalid"]
    assert codes(api.post(f"{hosting}/scheduledtasks", {})) == ["cron_expression_required", "script_location_required"]


def test_ssh_keys(sandbox, api, hosting):
    other = f"/v2/linuxhostings/{api.new_name()}"
    api.account(name_of(other), LINUX_START)
    key = public_key(hosting, "ada@desk")
    before = sandbox.state()["ssh_keys"]
    made = api.post(f"{hosting}/ssh/keys", {"public_key": key})
    fingerprint = hashlib.md5(b64decode(key.split()[1])).hexdigest()
    fingerprint = ":".join(fingerprint[start : start + 2] for start in range(0, 32, 2))
    assert (made.status_code, made.headers["Location"]) == (201, f"{hosting}/ssh/keys/{fingerprint}")
    assert api.post(f"{other}/ssh/keys", {"public_key": key}).status_code == 201
    assert api.get(f"{hosting}/ssh/keys").json() == [{"fingerprint": fingerprint, "public_key": key}]
    again = public_key(hosting, "another comment")
    assert codes(api.post(f"{hosting}/ssh/keys", {"public_key": again})) == ["ssh_key_already_exists"]
    assert sandbox.state()["ssh_keys"] == before + 2

    def opened():
        listed = api.get("/v2/ssh?take=1000").json()
        return [entry["linux_hostings"] for entry in listed if entry["fingerprint"] == fingerprint]

    assert opened() == [sorted([name_of(hosting), name_of(other)])]
    assert api.delete(f"{hosting}/ssh/keys/{quote(fingerprint)}").status_code == 204
    assert api.delete(f"{hosting}/ssh/keys/{quote(fingerprint)}").status_code == 404
    assert opened() == [[name_of(other)]]


def test_the_list_of_all_keys_is_paged(api, hosting):
    for number in range(3):
        api.post(f"{hosting}/ssh/keys", {"public_key": public_key(f"{hosting}{number}")})
    total = int(api.get("/v2/ssh?take=0").headers["X-Paging-TotalResults"])
    pages = [api.get(f"/v2/ssh?skip={skip}&take=2").json() for skip in range(0, total, 2)]
    fingerprints = [key["fingerprint"] for page in pages for key in page]
    assert len(fingerprints) == len(set(fingerprints)) == total >= 3


@pytest.mark.parametrize("key", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa ###", public_key("x")[12:]])
def test_invalid_keys(api, hosting, key):
    assert codes(api.post(f"{hosting}/ssh/keys", {"public_key": key})) == ["public_key_invalid"]
