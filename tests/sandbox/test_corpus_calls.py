# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus of requests of other clients."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.sandbox.conftest import Client, codes
from tests.support.corpus import Input, inputs, name_of


@pytest.fixture(scope="module")
def customer(running: SandboxProcess) -> str:
    """Return the name of a customer with Linux hosting."""
    api = Client(running)
    name = api.new_name()
    api.account(name)
    return name


@pytest.mark.parametrize("one", inputs("calls"), ids=name_of)
def test_call(sandbox: SandboxProcess, api: Client, customer: str, one: Input) -> None:
    """Requests of other clients are accepted, and the log names what ours must not send."""
    call: dict[str, Any] = json.loads(one.text.replace("{zone}", customer))
    answer = api.call(call["method"], call["target"], call.get("body"))
    if one.is_taken:
        logged = sandbox.exchanges()[-1]
        taken = {"status": answer.status_code, "unusual": logged.get("unusual", [])}
        assert taken == one.expected["taken"], answer.text
    else:
        assert any(one.expected["refused"] in code for code in codes(answer)), answer.text
