# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus in the sandbox: separate code from the modules, with the same results."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from sandbox.departureboard import queries
from sandbox.departureboard.timetable import url_safe
from sandbox.errors import Invalid
from sandbox.peertube import rules
from sandbox.peertube.ask import by_any_id, short_uuid
from sandbox.reseller import (
    ca,
    certificates,
    dns_rules,
    domains,
    mysqldatabases,
    names_and_passwords,
    scheduledtasks,
    ssh_format,
)
from sandbox.reseller.signature import encode_target
from tests.support.corpus import Input, inputs, name_of
from tests.support.samples import REGISTRANT

#: Accepted by servers although modules refuse it, because it misleads readers.
MODULES_ONLY = {"comment-bidi.pub"}
#: Names with other dots than the ASCII one, which only people write.
OTHER_DOTS = {"ideographic-dot.txt", "full-width.txt", "half-width-dot.txt"}


@pytest.mark.parametrize("one", [one for one in inputs("keys") if one.path.name not in MODULES_ONLY], ids=name_of)
def test_key(one: Input) -> None:
    if one.is_taken:
        assert ssh_format.fingerprint(one.text).count(":") == 15
    else:
        with pytest.raises(Invalid):
            ssh_format.fingerprint(one.text)


@pytest.mark.parametrize("one", inputs("requests"), ids=name_of)
def test_request(one: Input) -> None:
    """Sent requests are accepted with the same names; those that modules refuse are refused here too."""
    if one.is_taken:
        names = ca.names_in(read_csr("csr", one.text).pem)
        assert [names[0], *sorted(set(names[1:]))] == one.expected["taken"]
        return
    with pytest.raises(Invalid):
        certificates.covered_names(one.expected.get("type", "standard"), ca.names_in(one.text))


@pytest.mark.parametrize("one", inputs("names"), ids=name_of)
def test_name(one: Input) -> None:
    """The form that modules send is accepted, and the names that they refuse are refused unchanged."""
    name = one.expected.get("taken", one.text)
    if "*" in one.text:
        # The real API lists such names and refuses to add them.
        assert one.expected["place"] == "owner"
    elif one.expected["place"] == "owner":
        record = dns_rules.NewRecord(type="A", record_name=name, content="192.0.2.1")
        refused = False
        try:
            dns_rules.check_record(record)
        except Invalid:
            refused = True
        assert refused is not one.is_taken
    else:
        assert names_and_passwords.is_domain_name(name) is one.is_taken
    if one.is_taken and not one.text.isascii() and one.path.name not in OTHER_DOTS:
        assert names_and_passwords.in_ascii(one.text) == name


@pytest.mark.parametrize("one", inputs("databases"), ids=name_of)
def test_database_name(one: Input) -> None:
    assert bool(mysqldatabases.DATABASE_NAME.fullmatch(one.text)) is one.is_taken


@pytest.mark.parametrize("one", [one for one in inputs("passwords") if one.is_taken], ids=name_of)
def test_password(one: Input) -> None:
    names_and_passwords.check_password(one.expected["taken"])


@pytest.mark.parametrize("one", [one for one in inputs("crons") if one.is_taken], ids=name_of)
def test_cron(one: Input) -> None:
    task = scheduledtasks.ScheduledTask(
        cron_expression=one.expected["taken"], script_location="/bin/backup.sh", enabled=True
    )
    scheduledtasks._check(task)


@pytest.mark.parametrize("one", [one for one in inputs("registrants") if one.is_taken], ids=name_of)
def test_registrant(one: Input) -> None:
    """Sent values are accepted; an unquoted postal code is read by YAML as another value, or is invalid."""
    registrant = domains.Registrant(**{**REGISTRANT, **one.expected["taken"]})
    order = domains.RegisterDomain(domain_name="example.com", registrant=registrant)
    kept = domains._checked_registrant(order, "example.com")
    sent = {name: value for name, value in one.expected["taken"].items() if name != "extra_fields"}
    assert {name: kept[name] for name in sent} == sent


@pytest.mark.parametrize("one", inputs("targets"), ids=name_of)
def test_target(one: Input) -> None:
    assert encode_target(one.text.rstrip("\n"), lower=False) == one.expected["taken"]


@pytest.mark.parametrize("one", inputs("usernames"), ids=name_of)
def test_username(one: Input) -> None:
    assert bool(rules.username(one.expected.get("taken", one.text))) is one.is_taken


@pytest.mark.parametrize("one", inputs("video_ids"), ids=name_of)
def test_video_id(one: Input) -> None:
    wanted = one.expected.get("taken", "")
    video = {"id": 4, "uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d"}
    assert one.expected.get("taken") in (None, str(video["id"]), video["uuid"])
    assert (by_any_id([video], wanted) is not None) is one.is_taken
    if one.is_taken and not wanted.isdigit():
        assert by_any_id([video], short_uuid(wanted)) == video


@pytest.mark.parametrize("one", inputs("crs_codes"), ids=name_of)
def test_crs_code(one: Input) -> None:
    """The form that modules send is that of a station; what they refuse is none, unchanged."""
    if one.is_taken:
        assert queries.code("CRS", one.expected["taken"]) == one.expected["taken"]
        return
    with pytest.raises(Invalid):
        queries.code("CRS", one.text)


@pytest.mark.parametrize("one", [one for one in inputs("service_ids") if one.is_taken], ids=name_of)
def test_service_id(one: Input) -> None:
    assert url_safe(one.text.strip()) == one.expected["taken"]
