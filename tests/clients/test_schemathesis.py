# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemathesis sends every operation valid and invalid requests according to the vendor's description, and checks each
response.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import requests
from hypothesis import strategies

from sandbox.launcher import SandboxProcess
from tests.clients.description import allow_what_was_seen
from tests.clients.scenario import Reply, play
from tests.clients.signing import Signer
from tests.contract import coverage
from tests.contract.contracts import RESELLER

pytestmark = pytest.mark.clients

#: Statuses that any operation may return, documented or not.
REFUSALS = frozenset({400, 401, 403, 404, 405, 410, 429})
#: Values that no description excludes and that break servers.
ODD_TEXTS = ("\0", "a/b", "%", "%00", "\u00fc\U0001f9c1", "x" * 3000, "' OR 1=1 --", "-1", "xn--\u00fc", "xn--99999999")
ODD: tuple[Any, ...] = (*ODD_TEXTS, "", None, True, 1.5, -1, 2**31, 2**63, 10**400, [], {}, [None], {"x": None})
#: The number of requests for each operation, in addition to the scenario. The same in each run.
EXAMPLES = hypothesis.settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


class Signed(requests.auth.AuthBase):
    """Signs requests as sent."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed = self._signer.header(str(request.method), request.path_url, request.body)
        request.headers["Authorization"] = signed
        return request


class Judge:
    """Sends cases of schemathesis, and checks each response against the description."""

    def __init__(self, sandbox: SandboxProcess, description: dict[str, Any]) -> None:
        import schemathesis
        from schemathesis.specs.openapi import checks

        known = copy.deepcopy(description)
        allow_what_was_seen(known)
        self._schema = schemathesis.openapi.from_dict(known)
        self._checks = [
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_headers_conformance,
            checks.response_schema_conformance,
        ]
        self._url = f"{sandbox.url}/v2"
        self._session = requests.Session()
        self._session.trust_env = False
        # The case is kept, as by the vendor's client; the generated client signs in lower case.
        self._session.auth = Signed(Signer(sandbox.api_key, sandbox.api_secret, lower=False))
        self.answered: Counter[tuple[str, int]] = Counter()
        self.good: dict[str, dict[str, Any]] = {}
        """Return the last request of the scenario for each operation."""

    def operation(self, name: str) -> Any:
        """Return schemathesis' operation of this name."""
        method, path = name.split()
        return self._schema[path][method]

    def __call__(self, operation: str, *path: str, query: dict[str, Any] | None = None, body: Any = None) -> Reply:
        """Send a request that must succeed; see ``Send``."""
        names = re.findall(r"{(\w+)}", operation)
        good: dict[str, Any] = {"path_parameters": dict(zip(names, path, strict=True)), "query": query or {}}
        if body is not None:
            good |= {"body": body, "media_type": "application/json"}
        self.good[operation] = good
        answer = self.try_out(operation, self.operation(operation).Case(**copy.deepcopy(good)))
        assert answer.status_code < 400, (operation, answer.status_code, answer.text)
        [kind] = answer.headers.get("content-type", [""])
        [location] = answer.headers.get("location", [""])
        return Reply(location, answer.json() if kind.startswith("application/json") else None)

    def try_out(self, operation: str, case: Any) -> Any:
        """Send a case, and fail on a response that is not allowed."""
        answer = case.call(base_url=self._url, session=self._session, allow_redirects=False)
        self.answered[operation, answer.status_code] += 1
        if answer.status_code in REFUSALS:
            assert _is_refusal(answer.content), (operation, answer.status_code, answer.content)
        else:
            case.validate_response(answer, checks=self._checks)
        return answer


def _is_refusal(body: bytes) -> bool:
    """Return whether this is the body of an error: empty, a code and a text, a list of these, or both."""
    found = json.loads(body) if body else {}
    listed = found.pop("validation_errors", [])
    words = [found, *listed] if found else listed
    return all(
        one.keys() == {"error_code", "error_text"} and all(isinstance(word, str) for word in one.values())
        for one in words
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(job_seconds=50, rate_limit="1000000/60") as running:
        yield running


@pytest.fixture(scope="module")
def judge(sandbox: SandboxProcess, description: dict[str, Any], told: list[str]) -> Iterator[Judge]:
    """Has run the scenario, so that every kind of object exists."""
    judge = Judge(sandbox, description)
    play(judge, sandbox)
    yield judge
    statuses: Counter[int] = Counter()
    for (_operation, status), count in judge.answered.items():
        statuses[status] += count
    successes = {operation for operation, status in judge.answered if status < 400}
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    reached = f"{len(successes)} of {len(RESELLER.operations)} operations with success"
    told.append(f"schemathesis: {reached}, in {statuses.total()} requests: {counts}")


@pytest.mark.parametrize("operation", RESELLER.operations)
def test_every_response_is_documented(judge: Judge, operation: str) -> None:
    """Most with real ids, except for deletions, and many with a valid body in which a part was changed."""
    import schemathesis

    good, known = judge.good[operation], judge.operation(operation)
    names = list(good["path_parameters"])
    if operation.startswith("DELETE"):
        names.pop()
    real = {name: good["path_parameters"][name] for name in names}
    sources = [known.as_strategy(path_parameters=real)] * 4 + [known.as_strategy()]
    if "body" in good or RESELLER.operations[operation]["query"]:
        sources.append(known.as_strategy(schemathesis.GenerationMode.NEGATIVE, path_parameters=real))
    body = good.get("body", {})

    @EXAMPLES
    @hypothesis.given(strategies.data())
    def try_out(data: strategies.DataObject) -> None:
        case = data.draw(data.draw(strategies.sampled_from(sources)))
        if body and case.body and isinstance(case.body, dict) and data.draw(strategies.integers(0, 2)):
            changed = data.draw(strategies.sets(strategies.sampled_from(sorted(case.body)), max_size=2))
            case.body = {**body, **{name: case.body[name] for name in changed}}
        judge.try_out(operation, case)

    try_out()


@pytest.mark.parametrize("operation", RESELLER.operations)
def test_what_servers_stumble_over(judge: Judge, operation: str) -> None:
    """One odd value after the other in each place of an otherwise valid request."""
    good = judge.good[operation]
    for part, values in (("path_parameters", ODD_TEXTS), ("query", ODD_TEXTS), ("body", ODD)):
        for name in good.get(part, {}):
            for value in values:
                changed = {**good, part: {**good[part], name: value}}
                judge.try_out(operation, judge.operation(operation).Case(**copy.deepcopy(changed)))


def test_every_operation_had_success(sandbox: SandboxProcess, judge: Judge) -> None:
    exchanges = sandbox.exchanges()
    assert coverage.not_worked(RESELLER, exchanges) == set()
    assert [one for one in exchanges if one["status"] in (401, 429)] == [], "the signer and the sandbox disagree"
    assert coverage.violations(exchanges) == []
