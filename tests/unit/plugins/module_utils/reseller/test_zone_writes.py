# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A zone is read as far as its plan needs, and nothing is added that may exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import from_api
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    RecordSet,
    SetKey,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    Write,
    ZonePlan,
    described,
    managed,
    plan_removal,
    plan_zone,
    unmanaged,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_purge import check_purge
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_writes import (
    apply_plan,
    name_servers_elsewhere,
    proven,
    proven_plan,
    send_write,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    Damaged,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

ZONE, PATH = "example.com", "/dns/example.com/records"
WWW = SetKey("www", "A")
ApiOf = Callable[..., tuple[ResellerClient, Any]]


def record(number: int, name: str = "www", content: Any = "192.0.2.1", **more: Any) -> dict[str, Any]:
    return {"id": f"1-{number}", "type": "A", "record_name": name, "ttl": 3600, "content": content, **more}


def wish(*values: str, key: SetKey = WWW, ttl: int = 3600) -> RecordSet:
    return RecordSet(key, ttl, values)


def task_of(*, check: bool = False) -> Task:
    return Task(params={"check_name_servers": False, "allow_wildcard": False}, check_mode=check)


def planned(client: ResellerClient, *wanted: RecordSet, task: Task | None = None, **options: Any) -> ZonePlan:
    return proven_plan(
        task or task_of(), client, ZONE, lambda listed: plan_zone(managed(listed), list(wanted)), **options
    )


def actions(plan: ZonePlan) -> list[tuple[str, str]]:
    return [(write.action, write.value) for write in plan.writes]


def test_what_needs_no_write_is_seen_at_a_total_and_what_does_at_an_empty_page(api_of: ApiOf) -> None:
    client, api = api_of({PATH: [record(1)]})
    api.totals[PATH] = 1
    assert planned(client, wish("192.0.2.1")).writes == [] and api.reads == [PATH]
    assert actions(planned(client, wish("192.0.2.2"))) == [("change", "192.0.2.2")] and api.reads == [PATH] * 3


def test_record_that_a_wrong_total_hid_is_not_added_again(api_of: ApiOf) -> None:
    client, api = api_of({PATH: [record(1, "a"), record(2)]})
    api.totals[PATH], api.take = 1, 1
    assert planned(client, wish("192.0.2.1")).writes == []
    assert api.reads == [PATH] * 3


def test_zone_that_is_missing_is_an_error_or_predicted_or_fine(api_of: ApiOf) -> None:
    client, _api = api_of({})
    with pytest.raises(ToolkitError, match="no zone example") as caught:
        planned(client, wish("192.0.2.1"))
    assert caught.value.kind == "not_found"
    task = task_of(check=True)
    assert actions(planned(client, wish("192.0.2.1"), task=task)) == [("add", "192.0.2.1")]
    assert task.warnings == ["There is no zone example.com yet."]
    assert planned(client, wish(), must_exist=False).writes == []


@pytest.mark.parametrize(
    "error", [Damaged("GET /v2/x", "HTTP 204 does not answer."), ToolkitError("paging", "It moved.")]
)
def test_response_that_says_nothing_proves_nothing(api_of: ApiOf, error: Exception) -> None:
    client, api = api_of({PATH: error})
    with pytest.raises(Unproven, match="a record of zone example"):
        planned(client, wish("192.0.2.1"))
    assert api.writes == []


def test_error_from_the_api_is_kept(api_of: ApiOf) -> None:
    client, _api = api_of({PATH: ApiError("forbidden", "GET /v2/x", "no.", status=403)})
    with pytest.raises(ApiError) as caught:
        planned(client, wish("192.0.2.1"))
    assert caught.value.kind == "forbidden"


@pytest.mark.parametrize(
    ("strange", "after"),
    [
        ({"content": None}, "change"),
        ({"record_name": None}, "add"),
        ({"type": None}, "add"),
        ({"type": ""}, "add"),
    ],
)
def test_value_that_a_record_may_have_is_not_added(api_of: ApiOf, strange: dict[str, Any], after: str) -> None:
    client, _api = api_of({PATH: [{**record(1), **strange}]})
    (name,) = strange
    with pytest.raises(Unproven, match=f"{name} of the item with id 1-1") as caught:
        planned(client, wish("192.0.2.1"))
    assert (caught.value.facts["unproven"]["id"], caught.value.facts["unproven"]["property"]) == ("1-1", name)
    client.evidence = Evidence(["1-1"])
    # Another record of the set is unwanted, whatever its value.
    assert actions(planned(client, wish("192.0.2.1"))) == [(after, "192.0.2.1")]


def test_value_that_cannot_be_written_differs(api_of: ApiOf) -> None:
    client, _api = api_of({PATH: [record(1, content="no address"), record(2), record(3, content="192.0.2.300")]})
    task = task_of()
    plan = planned(client, wish("192.0.2.1", "192.0.2.2"), task=task, key=WWW)
    assert [(write.action, write.value, write.record and write.record.id) for write in plan.writes] == [
        ("change", "192.0.2.2", "1-1"),
        ("remove", "192.0.2.300", "1-3"),
    ]
    assert [item.values for item in plan.before] == [("192.0.2.1", "192.0.2.300", "no address")]
    assert task.warnings == []


def test_value_that_a_changed_record_would_bring_is_proven_too(api_of: ApiOf) -> None:
    client, _api = api_of({PATH: [record(1), record(2, content=None)]})
    with pytest.raises(Unproven, match="1-2"):
        planned(client, wish("192.0.2.2"))
    # Only the TTL changes: no record gets a new value. The other record is unwanted, whatever its value.
    plan = planned(client, wish("192.0.2.1", ttl=60))
    assert [(write.action, write.record and write.record.id) for write in plan.writes] == [
        ("change", "1-1"),
        ("remove", "1-2"),
    ]


def test_record_that_exists_and_cannot_be_worked_with_is_not_added_again(api_of: ApiOf) -> None:
    for strange in ({"id": None}, {"ttl": "long"}):
        client, _api = api_of({PATH: [{**record(1), **strange}]})
        with pytest.raises(Unproven, match="seems to be it"):
            planned(client, wish("192.0.2.1"))


def test_record_that_is_certainly_another_is_not_in_the_way(api_of: ApiOf) -> None:
    others = [record(1, "mail", None), record(2, type="TXT", content=None), record(3, content="192.0.2.9", id=None)]
    client, _api = api_of({PATH: others})
    assert ("add", "192.0.2.1") in actions(planned(client, wish("192.0.2.1")))


def test_records_that_cannot_be_read_are_warned_of(api_of: ApiOf) -> None:
    records = [record(1), record(2, content=None), record(3, "mail", None), {"type": None, "id": None}]
    records += [record(4, type="PTR", content=None), record(5, type="NS")]
    client, _api = api_of({PATH: records})
    task = task_of()
    proven_plan(task, client, ZONE, lambda listed: plan_removal(managed(listed), WWW, ["192.0.2.9"]), key=WWW)
    assert task.warnings == [
        "Records of zone example.com that can't be read are left as they are: one without an id, 1-2."
    ]
    assert unmanaged(records) == ["one without an id"]
    assert unmanaged([record(1)]) == [] and [one.id for one in managed(records)] == ["1-1", "1-2", "1-3"]
    # All records of a set are removed, whatever their values.
    task = task_of()
    plan = proven_plan(task, client, ZONE, lambda listed: plan_removal(managed(listed), WWW, None), key=WWW)
    assert [write.record and write.record.id for write in plan.writes] == ["1-1", "1-2"]
    assert task.warnings == ["Records of zone example.com that can't be read are left as they are: one without an id."]


def test_plan_has_a_proof_for_each_value_that_it_brings() -> None:
    plan = plan_zone(
        managed([record(1), record(2, "old")]), [wish("192.0.2.1", "192.0.2.2"), wish(key=SetKey("old", "A"))]
    )
    proofs = [(write.action, write.absence is not None) for write in proven(Evidence(), ZONE, [], plan).writes]
    assert proofs == [("add", True), ("remove", False)]
    assert [write.absence for write in plan.writes] == [None, None]


def there() -> Any:
    found = from_api(record(1))
    assert found is not None
    return found


def test_each_kind_of_write_is_one_request(api_of: ApiOf) -> None:
    client, api = api_of({})
    absence = client.evidence.absent("it")
    send_write(client, ZONE, Write("add", WWW, 60, "192.0.2.7", absence=absence))
    send_write(client, ZONE, Write("change", WWW, 60, "192.0.2.8", there()))
    send_write(client, ZONE, Write("remove", WWW, 60, "192.0.2.1", there()))
    assert api.writes == [f"POST {PATH}", f"PUT {PATH}/1-1", f"DELETE {PATH}/1-1"]
    assert api.bodies[0] == {"type": "A", "record_name": "www", "ttl": 60, "content": "192.0.2.7"}
    assert api.bodies[1] == {**record(1), "ttl": 60, "content": "192.0.2.8"} and api.bodies[2] is None


def test_addition_without_a_proof_is_refused(api_of: ApiOf) -> None:
    client, api = api_of({})
    with pytest.raises(TypeError, match="proof"):
        send_write(client, ZONE, Write("add", WWW, 60, "192.0.2.7"))
    assert api.writes == []


@pytest.mark.parametrize(("listed", "posts"), [([record(1)], 1), ([record(1, content="192.0.2.9")], 2), ([], 2)])
def test_record_is_searched_by_name_type_and_value_after_a_lost_response(
    api_of: ApiOf, listed: list[Any], posts: int
) -> None:
    client, api = api_of({PATH: listed})
    api.failures = [OutcomeUnknown(f"POST {PATH}", "lost.")]
    send_write(client, ZONE, Write("add", WWW, 3600, "192.0.2.1", absence=client.evidence.absent("it")))
    assert api.writes == [f"POST {PATH}"] * posts


def test_lost_response_is_not_resent_while_a_record_may_be_it(api_of: ApiOf) -> None:
    client, api = api_of({PATH: [record(1, content=None)]})
    api.failures = [OutcomeUnknown(f"POST {PATH}", "lost.")]
    with pytest.raises(OutcomeUnknown, match="content of the item with id 1-1"):
        send_write(client, ZONE, Write("add", WWW, 3600, "192.0.2.1", absence=client.evidence.absent("it")))
    assert api.writes == [f"POST {PATH}"]


def test_outcome_of_the_writes_is_reported(api_of: ApiOf) -> None:
    client, api = api_of({PATH: [record(1), record(2, "old"), record(3, "new", "192.0.2.3")]})
    wanted = [wish("192.0.2.2"), wish(key=SetKey("old", "A")), wish("192.0.2.3", ttl=60, key=SetKey("new", "A"))]
    plan = planned(client, *wanted)
    told = [described(write) for write in plan.writes]
    dry = apply_plan(task_of(check=True), client, ZONE, plan)
    assert api.writes == [] and dry["changed"] is True and dry["applied"] == told
    assert dry["diff"]["before"].splitlines() == [
        "new.example.com. 3600 IN A 192.0.2.3",
        "old.example.com. 3600 IN A 192.0.2.1",
        "www.example.com. 3600 IN A 192.0.2.1",
    ]
    assert dry["diff"]["after"].splitlines() == [
        "new.example.com. 60 IN A 192.0.2.3",
        "www.example.com. 3600 IN A 192.0.2.2",
    ]
    assert [item["prefix"] for item in dry["record_sets"]] == ["new", "www"]
    assert apply_plan(task_of(), client, ZONE, plan) == dry
    assert [write.split()[0] for write in api.writes] == ["PUT", "PUT", "DELETE"]
    assert told[0] == {"action": "change", "prefix": "new", "type": "A", "ttl": 60, "value": "192.0.2.3"}


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_failure_half_way_is_reported(api_of: ApiOf, failing: int) -> None:
    client, api = api_of({PATH: [record(number, f"n{number}") for number in range(3)]})
    plan = planned(client, *(wish("192.0.2.7", key=SetKey(f"n{number}", "A")) for number in range(3)))
    api.failures = [None] * failing + [ApiError("server_error", "PUT /v2/x", "no.", status=500)]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    facts, names = caught.value.facts, ["n0", "n1", "n2"]
    assert facts["changed"] is (failing > 0)
    assert [write["prefix"] for write in facts["applied"]] == names[:failing]
    assert [write["prefix"] for write in facts["failed_writes"]] == names[failing : failing + 1]
    assert [write["prefix"] for write in facts["not_attempted"]] == names[failing + 1 :]


REFUSED = ApiError("invalid_request", f"POST /v2{PATH}", "no.", status=400)
ALIAS = SetKey("www", "CNAME")


def replaced(client: ResellerClient, **params: Any) -> ZonePlan:
    """Return the plan that replaces an address and a text by an alias."""
    task = Task(params={**task_of().params, **params}, check_mode=False)
    wanted = [wish(), wish(key=SetKey("www", "TXT")), wish("a.example", key=ALIAS)]
    return planned(client, *wanted, task=task)


def room() -> list[dict[str, Any]]:
    return [record(1, "www", priority=10), record(2, "www", "half \u200b", type="TXT", ttl=77)]


def test_what_made_room_is_put_back_when_its_successor_is_refused(api_of: ApiOf) -> None:
    client, api = api_of({PATH: room()})
    plan = replaced(client)
    api.answers[PATH] = []
    api.failures = [None, None, REFUSED]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    assert [write.split()[0] for write in api.writes] == ["DELETE", "DELETE", "POST", "POST", "POST"]
    assert api.bodies[3:] == [
        {"type": "A", "record_name": "www", "ttl": 3600, "content": "192.0.2.1"},
        {"type": "TXT", "record_name": "www", "ttl": 77, "content": "half \u200b"},
    ]
    error = caught.value
    assert error.facts["changed"] is False and error.facts["applied"] == [] == error.facts["not_put_back"]
    assert [write["type"] for write in error.facts["put_back"]] == ["A", "TXT"]
    assert "A www 192.0.2.1" in error.message and "put back" in error.message


def test_addition_by_someone_else_is_not_repeated(api_of: ApiOf) -> None:
    client, api = api_of({PATH: room()})
    plan = replaced(client)
    api.answers[PATH] = room()[:1]
    api.failures = [None, None, REFUSED]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    assert [body["type"] for body in api.bodies[2:]] == ["CNAME", "TXT"]
    assert [write["type"] for write in caught.value.facts["put_back"]] == ["A", "TXT"]


def test_failed_restoration_is_reported(api_of: ApiOf) -> None:
    client, api = api_of({PATH: room()})
    plan = replaced(client)
    api.answers[PATH] = []
    api.failures = [None, None, REFUSED, REFUSED]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    error = caught.value
    assert error.facts["changed"] is True
    assert [write["type"] for write in error.facts["applied"]] == ["A"]
    assert [write["type"] for write in error.facts["not_put_back"]] == ["A"]
    assert [write["type"] for write in error.facts["put_back"]] == ["TXT"]


@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_put_back_beside_a_successor_that_may_exist(api_of: ApiOf, known: bool) -> None:
    client, api = api_of({PATH: room()})
    plan = replaced(client)
    api.answers[PATH] = [record(9, "www", "a.example" if known else None, type="CNAME")]
    api.failures = [None, None, ApiError("server_error", f"POST /v2{PATH}", "no.", status=500)]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    # At most the order of the alias itself was sent.
    assert len(api.writes) <= 3 and caught.value.facts["put_back"] == []
    assert [write["type"] for write in caught.value.facts["not_put_back"]] == ["A", "TXT"]


def test_what_made_room_is_put_back_when_not_all_of_it_goes(api_of: ApiOf) -> None:
    client, api = api_of({PATH: room()})
    plan = replaced(client)
    api.answers[PATH] = room()[1:]
    api.failures = [None, ApiError("server_error", f"DELETE /v2{PATH}", "no.", status=500)]
    with pytest.raises(ToolkitError) as caught:
        apply_plan(task_of(), client, ZONE, plan)
    assert [write.split()[0] for write in api.writes] == ["DELETE", "DELETE", "POST"]
    assert [write["type"] for write in caught.value.facts["put_back"]] == ["A"]
    assert [write["type"] for write in caught.value.facts["failed_writes"]] == ["TXT"]


def test_wildcard_is_refused_before_anything_is_written(api_of: ApiOf) -> None:
    star = SetKey("*", "A")
    client, api = api_of({PATH: [record(1, "*")]})
    for check in (True, False):
        with pytest.raises(ToolkitError, match=r"A \*") as caught:
            planned(client, wish("192.0.2.1", "192.0.2.2", key=star), task=task_of(check=check))
        assert caught.value.kind == "wildcard_refused" and api.writes == []
    task = Task(params={**task_of().params, "allow_wildcard": True}, check_mode=False)
    assert actions(planned(client, wish("192.0.2.1", "192.0.2.2", key=star), task=task)) == [("add", "192.0.2.2")]
    apply_plan(task, client, ZONE, planned(client, wish(key=star), task=task))
    assert task.warnings == ["Only the control panel can add these records of example.com again, once removed: A *."]


def test_nothing_to_write_is_no_change(api_of: ApiOf) -> None:
    client, api = api_of({PATH: [record(1)]})
    result = apply_plan(
        Task(params={"check_name_servers": True, "allow_wildcard": False}, check_mode=False), client, ZONE, ZonePlan()
    )
    assert result["changed"] is False and api.reads == api.writes == []


DOMAIN = {"domain_name": ZONE, "name_servers": [{"name": "NS1.elsewhere.example."}, {"name": "ns2.elsewhere.example"}]}
ELSEWHERE = ["ns1.elsewhere.example", "ns2.elsewhere.example"]


def name_server(content: Any, name: str = "@") -> dict[str, Any]:
    return {"id": f"{name} {content}", "type": "NS", "record_name": name, "ttl": 60, "content": content}


@pytest.mark.parametrize(
    ("domain", "records", "elsewhere"),
    [
        (DOMAIN, [name_server("ns1.vendor.example")], ELSEWHERE),
        (DOMAIN, [name_server("ns1.vendor.example", "")], ELSEWHERE),
        (DOMAIN, [name_server("ns1.vendor.example"), name_server("ns2.Elsewhere.example.")], []),
        # The name servers of a delegated subzone are not those of the zone.
        (DOMAIN, [name_server("ns1.vendor.example"), name_server("ns2.elsewhere.example", "shop")], ELSEWHERE),
        (DOMAIN, [name_server("ns1.vendor.example", "shop")], []),
        (DOMAIN, [], []),
        ({**DOMAIN, "name_servers": []}, [name_server("ns1.vendor.example")], []),
        (None, [name_server("ns1.vendor.example")], []),
        (ApiError("forbidden", "GET /v2/domains/x", "no.", status=403), [name_server("ns1.vendor.example")], []),
        (DOMAIN, Damaged("GET /v2/x", "it is empty"), []),
        (DOMAIN, ToolkitError("paging", "It moved."), []),
    ],
)
def test_zone_that_is_not_resolvable(api_of: ApiOf, domain: Any, records: Any, elsewhere: list[str]) -> None:
    client, _api = api_of({PATH: records, **({} if domain is None else {f"/domains/{ZONE}": domain})})
    assert name_servers_elsewhere(client, ZONE) == elsewhere


@pytest.mark.parametrize(("wanted", "warned"), [(True, 1), (False, 0)])
def test_zone_that_is_not_resolvable_causes_a_warning_if_requested(api_of: ApiOf, wanted: bool, warned: int) -> None:
    client, _api = api_of({PATH: [name_server("ns1.vendor.example")], f"/domains/{ZONE}": DOMAIN})
    task = Task(params={"check_name_servers": wanted, "allow_wildcard": False}, check_mode=True)
    apply_plan(task, client, ZONE, plan_zone([], [wish("192.0.2.1")]))
    assert len(task.warnings) == warned
    assert all("ns1.elsewhere.example, ns2.elsewhere.example" in warning for warning in task.warnings)


def test_priority_that_the_api_may_refuse_is_warned_of_where_it_is_written(api_of: ApiOf) -> None:
    client, _api = api_of({})
    mail, other = SetKey("", "MX"), SetKey("b", "MX")
    there = managed([{"id": "1", "type": "MX", "record_name": "b", "ttl": 60, "content": "x.example", "priority": 0}])
    task = task_of(check=True)
    apply_plan(task, client, ZONE, plan_zone(there, [wish("0 a.example", key=mail)]))
    assert [warning.partition(":")[0] for warning in task.warnings] == ["MX of @"]
    task = task_of(check=True)
    apply_plan(task, client, ZONE, plan_zone(there, [wish(key=other)]))
    assert task.warnings == []


def test_one_record_too_many_is_held_back() -> None:
    records = managed([record(number, f"n{number}") for number in range(3)])
    plan = plan_zone(records, [], [SetKey("n0", "A")])
    check_purge(plan, [SetKey("n0", "A")], 34)
    with pytest.raises(ToolkitError, match="1 of 3 records") as caught:
        check_purge(plan, [SetKey("n0", "A")], 33)
    assert caught.value.facts["would_remove"] == [described(write) for write in plan.writes]
    check_purge(plan, [SetKey("n1", "A")], 0)
