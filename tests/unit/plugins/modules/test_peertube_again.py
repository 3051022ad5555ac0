# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube modules in check mode, for real and again: check mode predicts, and the second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the sandbox needs it; only ansible-test runs unit tests without it")

from sandbox.launcher import SandboxProcess
from tests.support.children import connection, run_module

Run = Callable[..., dict[str, Any]]
HOST = "video.example.org"
HELLO = "peertube-plugin-hello-world"
USER = {"username": "ada", "email": "ada@example.com", "password": "Vid0geheim84"}

#: Tasks that each change something, in this order.
TASKS: list[tuple[str, dict[str, Any]]] = [
    ("peertube_user", {**USER, "channel_name": "ada_films"}),
    ("peertube_user", {"username": "ada", "video_quota": 2_000_000}),
    ("peertube_channel", {"name": "films", "display_name": "Films"}),
    ("peertube_channel", {"name": "films", "description": "Everything that we make."}),
    ("peertube_profile", {"description": "The studio of Example Ltd."}),
    ("peertube_profile", {"notification_settings": {"new_follow": "none"}}),
    ("peertube_subscription", {"uri": "films"}),
    ("peertube_subscription", {"uri": "films", "state": "absent"}),
    ("peertube_playlist", {"display_name": "Best", "channel": "films", "privacy": "public"}),
    ("peertube_playlist", {"display_name": "Best", "description": "The best of it."}),
    ("peertube_playlist", {"display_name": "Best", "state": "absent"}),
    ("peertube_live", {"name": "Weekly", "channel": "films", "save_replay": True}),
    ("peertube_live", {"name": "Weekly", "channel": "films", "latency_mode": "small"}),
    ("peertube_live", {"name": "Weekly", "channel": "films", "state": "absent"}),
    ("peertube_config", {"config": {"instance": {"name": "Films", "is_nsfw": True}, "signup": {"limit": "60"}}}),
    ("peertube_blocklist", {"account": "ada"}),
    ("peertube_blocklist", {"account": "ada", "list": "own"}),
    ("peertube_blocklist", {"account": "ada", "state": "absent"}),
    ("peertube_blocklist", {"server": HOST}),
    ("peertube_blocklist", {"server": HOST, "state": "absent"}),
    ("peertube_follow", {"following": HOST}),
    ("peertube_redundancy", {"host": HOST, "redundancy_allowed": True}),
    ("peertube_follow", {"following": HOST, "state": "absent"}),
    ("peertube_follow", {"follower": HOST, "state": "accepted"}),
    ("peertube_follow", {"follower": HOST, "state": "absent"}),
    ("peertube_plugin", {"npm_name": HELLO, "version": "0.0.17", "settings": {"user-name": "Somebody"}}),
    ("peertube_plugin", {"npm_name": HELLO, "state": "latest"}),
    ("peertube_plugin", {"npm_name": HELLO, "secret_settings": {"admin-name": "Pgn0geheim84"}}),
    ("peertube_plugin", {"npm_name": HELLO, "state": "absent"}),
    ("peertube_homepage", {"content": "# Films"}),
    ("peertube_homepage", {"state": "absent"}),
    ("peertube_abuse", {"account": "ada", "reason": "It uses our logo.", "predefined_reasons": ["rights"]}),
    ("peertube_abuse", {"id": 1, "message_text": "Which logo?"}),
    ("peertube_abuse", {"id": 1, "abuse_state": "accepted", "moderation_comment": "It was removed."}),
    ("peertube_abuse", {"id": 1, "message_text": "Which logo?", "message_state": "absent"}),
    ("peertube_abuse", {"id": 1, "state": "absent"}),
    ("peertube_channel", {"name": "films", "state": "absent"}),
    ("peertube_user", {"username": "ada", "state": "absent"}),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Returns a function that runs a module as the administrator of a sandbox."""
    state = tmp_path_factory.mktemp("peertube")
    with SandboxProcess(service="peertube", api_key="root", start_timeout=120) as server:
        server.control("PUT", "federation", {"enabled": True, "hosts": [HOST]})
        server.control("POST", f"followers/{HOST}")
        yield lambda module, **options: run_module(
            module,
            {**connection(server, state), **{name: value for name, value in options.items() if name != "check"}},
            check_mode="check" in options,
        )


def test_check_mode_predicts_and_the_second_run_changes_nothing(run: Run) -> None:
    for module, options in TASKS:
        predicted = run(module, check=True, **options)
        made, again = run(module, **options), run(module, **options)
        assert not made.get("failed") and made["changed"], (module, options, made)
        assert predicted["changed"] and predicted["diff"] == made["diff"], (module, options, predicted, made)
        assert not again.get("failed") and not again["changed"], (module, options, again)
