# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A suitable certificate is found, a request is followed, and neither is mistaken for another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_lookup import (
    certificate_order,
    find_progress,
    known_certificate,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import SigningRequest
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    DAY,
    Product,
    Progress,
    expiry_of,
    fingerprint_of,
    names_of,
    progress_of,
    read_progress,
    readable_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from tests.support.fake_api import BASE, NOW, FakeApi, answer

SOON = NOW + 30 * DAY
LATER, LAST = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
A, B, C = "a" * 40, "b" * 40, "c" * 40
LISTS = ("/sslcertificaterequests", "/sslcertificates")


def product(*names: str, kind: str = "standard", level: str = "domain_validated") -> Product:
    wanted = names or ("shop.example",)
    return Product(kind, level, SigningRequest("PEM\n", wanted[0], wanted, (), "key"))


def alternatives(*names: str) -> list[dict[str, str]]:
    return [{"type": "dns", "value": name} for name in names]


class Api(FakeApi):
    """An API with certificates and requests."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.lists = {path: [] for path in LISTS}

    def certificate(self, fingerprint: str, *names: str, **changed: Any) -> dict[str, Any]:
        """Add a certificate to the list with its detail; return the detail."""
        listed = {
            "sha1_fingerprint": fingerprint,
            "common_name": names[0] if names else "shop.example",
            "expires_after": LATER,
            "type": "standard",
            "validation_level": "domain_validated",
            **changed,
        }
        detail = {**listed, "subject_alt_names": alternatives(*(names or ("shop.example",)))}
        self.lists["/sslcertificates"].append(listed)
        self.things[f"/sslcertificates/{fingerprint}"] = detail
        return detail

    def request(self, number: int, *names: str, **changed: Any) -> dict[str, Any]:
        """Add an ongoing request to the list with its detail; return the detail."""
        listed = {
            "id": number,
            "common_name": names[0] if names else "shop.example",
            "certificate_type": "standard",
            "validation_level": "domain_validated",
            **changed,
        }
        detail = {**listed, "subject_alt_names": alternatives(*(names or ("shop.example",))), "validations": []}
        self.lists["/sslcertificaterequests"].append(listed)
        self.things[f"/sslcertificaterequests/{number}"] = detail
        return detail

    def issued(self, number: int, location: str) -> None:
        """Answer a request with 303."""
        self.things[f"/sslcertificaterequests/{number}"] = answer(303, Location=location)

    def find(self, wanted: Product | None = None, *accepted: str) -> Progress | Absence:
        """Search for a suitable certificate."""
        return find_progress(self.client(accepted=accepted), wanted or product(), valid_until=SOON)

    def found(self, wanted: Product | None = None) -> dict[str, Any] | None:
        """Return the found certificate; there must not be a request."""
        progress = self.find(wanted)
        if isinstance(progress, Absence):
            return None
        assert progress.request is None
        return progress.certificate


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind, caught.value
    return caught.value


def test_nothing_is_proven_absent_by_both_lists_to_their_ends(api: Api) -> None:
    api.certificate(A, "other.example")
    api.request(1, "other.example")
    assert isinstance(api.find(), Absence)
    assert api.reads() == [path for path in LISTS for _page in range(2)]


def test_certificate_that_covers_the_names_is_found(api: Api) -> None:
    detail = api.certificate(A)
    assert api.found() == detail
    assert known_certificate(api.client(), product(), valid_until=SOON) == detail


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "multi_domain"},
        {"validation_level": "organization_validated"},
        {"expires_after": "2025-11-07T00:00:00Z"},
        {"common_name": "other.example"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_certificate_of_another_kind_or_too_old_is_not_it(api: Api, changed: dict[str, Any]) -> None:
    api.certificate(A, **changed)
    assert api.found() is None
    assert known_certificate(api.client(), product(), valid_until=SOON) is None
    assert f"/sslcertificates/{A}" not in api.reads()


def test_end_of_the_time_that_it_has_to_last_counts(api: Api) -> None:
    """At this exact second it expires."""
    detail = api.certificate(A, expires_after="2025-11-08T08:53:20Z")
    assert expiry_of(detail) == SOON
    assert api.found() is None
    api.lists["/sslcertificates"].clear()
    later = api.certificate(B, expires_after="2025-11-08T08:53:21Z")
    assert api.found() == later


def test_certificate_without_all_names_is_not_it(api: Api) -> None:
    api.certificate(A, "shop.example")
    wanted = product("shop.example", "www.shop.example")
    assert api.found(wanted) is None
    assert known_certificate(api.client(), wanted, valid_until=SOON) is None


@pytest.mark.parametrize("common_name", ["www.shop.example", "WWW.Shop.Example", "shop.example", "*.shop.example"])
def test_certificate_whose_common_name_covers_or_differs_by_www_is_checked(api: Api, common_name: str) -> None:
    names = [common_name, "shop.example", "www.shop.example"]
    detail = api.certificate(A, *names)
    assert api.found(product("shop.example", "www.shop.example")) == detail


def test_www_is_taken_off_once_and_at_the_beginning_only(api: Api) -> None:
    api.certificate(A, "shop.www.example", "shop.example")
    assert api.found() is None
    assert f"/sslcertificates/{A}" not in api.reads()


def test_multi_domain_certificate_is_checked_whatever_its_common_name(api: Api) -> None:
    detail = api.certificate(A, "other.example", "shop.example", type="multi_domain")
    assert api.found(product(kind="multi_domain")) == detail


def test_of_several_the_longest_valid_one_is_chosen(api: Api) -> None:
    api.certificate(A)
    longest = api.certificate(B, expires_after=LAST)
    api.certificate(C)
    assert api.found() == longest
    assert known_certificate(api.client(), product(), valid_until=SOON) == longest


def test_related_certificate_is_checked_before_others(api: Api) -> None:
    wanted = product(kind="multi_domain")
    api.certificate(A, "other.example", type="multi_domain", expires_after=LAST)
    related = api.certificate(B, type="multi_domain")
    assert api.found(wanted) == related
    assert [path for path in api.reads() if path.startswith("/sslcertificates/")] == [f"/sslcertificates/{B}"]


def test_type_and_level_are_compared_without_case(api: Api) -> None:
    detail = api.certificate(A, type="Standard", validation_level="DOMAIN_validated")
    assert api.found() == detail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", None),
        ("type", "DomainValidated"),
        ("validation_level", 7),
        ("expires_after", None),
        ("expires_after", "26/11/2027"),
        ("common_name", ""),
        ("sha1_fingerprint", None),
        ("sha1_fingerprint", ".."),
    ],
)
def test_certificate_that_cannot_be_read_proves_nothing_absent(api: Api, name: str, value: Any) -> None:
    api.certificate(A)
    api.lists["/sslcertificates"][0][name] = value
    error = fails(api.find, "unproven")
    assert error.facts["unproven"]["property"] == name
    assert known_certificate(api.client(), product(), valid_until=SOON) is None
    if name == "sha1_fingerprint":
        return
    assert isinstance(api.find(None, A), Absence)
    assert A in api.warnings[0]


def test_certificate_that_is_certainly_another_one_need_not_be_readable(api: Api) -> None:
    api.certificate(A, "other.example", expires_after=None, type=None)
    assert api.found() is None


def test_readable_certificate_goes_before_an_unreadable_one(api: Api) -> None:
    api.certificate(A, expires_after=None)
    good = api.certificate(B)
    assert api.found() == good


@pytest.mark.parametrize(
    ("name", "value"),
    [("sha1_fingerprint", B), ("type", "multi_domain"), ("validation_level", "extended_validated")]
    + [("expires_after", "2020-01-01T00:00:00Z"), ("common_name", "other.example")],
)
def test_detail_that_contradicts_the_list_proves_nothing(api: Api, name: str, value: str) -> None:
    api.certificate(A)[name] = value
    start = api.now
    assert A in fails(api.find, "unproven").message
    assert api.now - start > 10
    assert known_certificate(api.client(), product(), valid_until=SOON) is None


def test_listed_certificate_without_a_detail_is_a_contradiction_until_it_settles(api: Api) -> None:
    api.certificate(A)
    detail = api.things.pop(f"/sslcertificates/{A}")
    assert A in fails(api.find, "unproven").message
    assert isinstance(api.find(None, A), Absence)
    asked = []

    def appears(_body: Any) -> Any:
        asked.append(api.now)
        return answer(200, detail) if len(asked) > 2 else answer(404, {})

    api.on[f"GET /sslcertificates/{A}"] = appears
    assert api.found() == detail
    assert len(asked) == 3


def test_names_that_cannot_be_read_prove_nothing_but_for_those_that_can(api: Api) -> None:
    detail = api.certificate(A)
    detail["subject_alt_names"] = None
    # The common name alone is sufficient.
    assert api.found() == detail
    wanted = product("shop.example", "www.shop.example")
    assert fails(lambda: api.find(wanted), "unproven").facts["unproven"]["property"] == "subject_alt_names"
    detail["subject_alt_names"] = [{"type": "dns", "value": "www.shop.example"}, {"type": "dns", "value": None}]
    assert api.found(wanted) == detail


def test_names_of_a_detail() -> None:
    names = [*alternatives("b.example"), {"value": "c.example"}, {"type": "email", "value": None}]
    detail = {"common_name": "a.example", "subject_alt_names": [*names, {"type": "DNS", "value": "d.example"}]}
    assert names_of(detail) == ["a.example", "b.example", "c.example", "d.example"]
    for listed in ([{"type": "dns"}], ["a"], None, [{"type": None, "value": "a.example"}]):
        with pytest.raises(Unreadable):
            names_of({"common_name": "a.example", "subject_alt_names": listed})
    odd = [{"value": "b.example"}, {"value": ""}, {"value": 7}, "c.example", None]
    assert readable_names({"common_name": None, "subject_alt_names": odd}) == ["b.example"]
    assert readable_names({"common_name": "a.example", "subject_alt_names": {"value": "b.example"}}) == ["a.example"]


@pytest.mark.parametrize("value", [None, "", "a" * 39, "a" * 41, "g" * 40, "../" + A[3:], 7])
def test_no_fingerprint(value: Any) -> None:
    with pytest.raises(Unreadable):
        fingerprint_of({"sha1_fingerprint": value})


def test_ongoing_request_is_found_before_certificates_are_asked_for(api: Api) -> None:
    api.certificate(A)
    detail = api.request(7)
    found = api.find()
    assert isinstance(found, Progress)
    assert (found.request, found.certificate) == (detail, None)
    assert not any(path.startswith("/sslcertificates") for path in api.reads())


def test_of_several_requests_the_oldest_is_followed(api: Api) -> None:
    api.request(9)
    oldest = api.request(7)
    api.request(8)
    found = api.find()
    assert isinstance(found, Progress)
    assert found.request == oldest


def test_request_for_other_names_is_not_followed(api: Api) -> None:
    """One of the names is not sufficient."""
    api.request(7, "shop.example")
    assert isinstance(api.find(product("shop.example", "www.shop.example")), Absence)


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate_type": "wildcard"},
        {"validation_level": "extended_validated"},
        {"common_name": "other.example"},
    ],
)
def test_request_of_another_kind_is_not_followed(api: Api, changed: dict[str, Any]) -> None:
    api.request(7, **changed)
    assert isinstance(api.find(), Absence)
    assert "/sslcertificaterequests/7" not in api.reads()


@pytest.mark.parametrize(("name", "value"), [("id", None), ("id", "7"), ("certificate_type", None), ("common_name", 1)])
def test_request_that_cannot_be_read_proves_nothing_absent(api: Api, name: str, value: Any) -> None:
    api.request(7)
    api.request(8, "other.example")
    api.lists["/sslcertificaterequests"][0][name] = value
    error = fails(api.find, "unproven")
    assert error.facts["unproven"]["property"] == name


@pytest.mark.parametrize("status", [404, 410])
def test_listed_request_that_is_gone_is_a_contradiction(api: Api, status: int) -> None:
    api.request(7)
    api.things["/sslcertificaterequests/7"] = answer(status, {})
    assert "7" in fails(api.find, "unproven").message
    assert isinstance(api.find(None, "7"), Absence)


def test_detail_of_another_request_proves_nothing(api: Api) -> None:
    api.request(7)["id"] = 8
    assert "contradict" in fails(api.find, "unproven").message


def test_request_that_was_issued_a_moment_ago_is_found_among_the_certificates(api: Api) -> None:
    api.request(7)
    api.issued(7, f"{BASE}/sslcertificates/{A}")
    detail = api.certificate(A)
    assert api.found() == detail


def test_order_reports_the_purchase_and_is_followed_by_its_location(api: Api) -> None:
    client = api.client()
    order = certificate_order(client, product("shop.example", "www.shop.example"), {}, valid_until=SOON)
    assert order.body == {
        "csr": "PEM\n",
        "certificate_type": "standard",
        "validation_level": "domain_validated",
    }
    assert (order.path, order.key) == (
        "/sslcertificaterequests",
        "ssl standard domain_validated shop.example www.shop.example",
    )
    assert (order.title, order.ends_when_made) == ("certificate shop.example", False)
    assert isinstance(order.find(), Absence)
    detail = api.request(7, "shop.example", "www.shop.example")
    assert order.find() == {"certificate": None, "request": detail}
    assert order.from_location is not None
    assert order.from_location("/sslcertificaterequests/7") == {"certificate": None, "request": detail}
    for other in ("/provisioningjobs/7", "/sslcertificaterequests", "/sslcertificaterequests/7/more"):
        assert order.from_location(other) is None
    more = certificate_order(client, product(), {"Phone": "1"}, valid_until=SOON)
    assert more.body["additional_validation_attributes"] == [{"name": "Phone", "value": "1"}]


def test_ongoing_request_is_followed(api: Api) -> None:
    detail = api.request(7)
    assert read_progress(api.client(), 7, product()) == Progress(request=detail)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("certificate_type", "wildcard"),
        ("validation_level", "extended_validated"),
        ("common_name", "other.example"),
        ("subject_alt_names", []),
    ],
)
def test_followed_request_of_something_else_is_no_success(api: Api, name: str, value: Any) -> None:
    wanted = product("shop.example", "www.shop.example")
    api.request(7, *wanted.csr.names)
    detail = api.things["/sslcertificaterequests/7"]
    detail.update({"common_name": "other.example", "subject_alt_names": []} if name == "common_name" else {name: value})
    error = fails(lambda: read_progress(api.client(), 7, wanted), "certificate_mismatch")
    assert "request 7" in error.message
    assert wanted.sentence in error.message


@pytest.mark.parametrize("name", ["id", "validations", "certificate_type", "validation_level"])
@pytest.mark.parametrize("value", [None, {}, [7]])
def test_followed_request_that_cannot_be_read_is_no_success(api: Api, name: str, value: Any) -> None:
    api.request(7)
    api.things["/sslcertificaterequests/7"][name] = value
    fails(lambda: read_progress(api.client(), 7, product()), "protocol")


@pytest.mark.parametrize("status", [404, 410])
def test_request_that_ended_without_a_certificate(api: Api, status: int) -> None:
    error = fails(lambda: progress_of(api.client(), answer(status, {}), product()), "certificate_request_gone")
    assert "on_doubt: resend" in error.hint
    assert f"HTTP {status}" in error.message


@pytest.mark.parametrize("location", [f"{BASE}/sslcertificates/{A}", f"/v2/sslcertificates/{A.upper()}"])
def test_issued_certificate_is_read_where_the_request_says(api: Api, location: str) -> None:
    detail = api.certificate(A)
    api.things[f"/sslcertificates/{A.upper()}"] = detail
    api.issued(7, location)
    assert read_progress(api.client(), 7, product()) == Progress(certificate=detail)


@pytest.mark.parametrize(
    "location",
    [
        f"https://evil.example/v2/sslcertificates/{A}",
        f"{BASE}/sslcertificates/{B}",
        f"{BASE}/sslcertificates/{A}/download",
        f"{BASE}/sslcertificates/{A[1:]}",
        f"{BASE}/accounts/{A}",
        "",
    ],
)
def test_address_of_a_certificate_that_is_not_to_be_trusted(api: Api, location: str) -> None:
    api.certificate(A)
    error = fails(lambda: progress_of(api.client(), answer(303, Location=location), product()), "unexpected_state")
    assert "orders nothing" in error.hint


def test_issued_certificate_of_another_fingerprint_is_not_it(api: Api) -> None:
    api.certificate(A)["sha1_fingerprint"] = B
    api.issued(7, f"{BASE}/sslcertificates/{A}")
    fails(lambda: read_progress(api.client(), 7, product()), "unexpected_state")


def test_issued_certificate_without_all_names_is_reported_and_not_adopted(api: Api) -> None:
    detail = api.certificate(A, "shop.example")
    api.issued(7, f"{BASE}/sslcertificates/{A}")
    wanted = product("shop.example", "www.shop.example")
    error = fails(lambda: read_progress(api.client(), 7, wanted), "names_not_covered")
    assert error.facts["certificate"] == detail
    assert "shop.example, www.shop.example" in error.message


@pytest.mark.parametrize(("name", "value"), [("type", "wildcard"), ("validation_level", "extended_validated")])
def test_issued_certificate_of_another_kind_is_reported_and_not_adopted(api: Api, name: str, value: str) -> None:
    api.certificate(A)[name] = value
    api.issued(7, f"{BASE}/sslcertificates/{A}")
    error = fails(lambda: read_progress(api.client(), 7, product()), "certificate_mismatch")
    assert A in error.message
    assert "issued" in error.message


def test_purchase_is_confirmed_word_for_word_but_for_spaces_and_case() -> None:
    wanted = product("shop.example", "www.shop.example")
    wanted.check_confirmation("  SSL standard  domain_validated shop.example WWW.shop.example ")
    for given in (None, "", "ssl standard domain_validated shop.example", "ssl"):
        error = fails(lambda given=given: wanted.check_confirmation(given), "purchase_not_confirmed")  # type: ignore[misc]
        assert error.facts["would_purchase"] == wanted.sentence
        assert wanted.sentence in error.message
        assert ("names something else" in error.message) == bool(given)
