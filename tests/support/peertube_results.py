# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of PeerTube modules check of each module, and what they need besides."""

from __future__ import annotations

from typing import Any

from tests.sandbox.peertube.media import mp4
from tests.support.instance import LOGIN, PASSWORD, Instance
from tests.support.playing import Result


def run(instance: Instance, module: str, *, check: bool = False, **options: Any) -> Result:
    """Return the result of a module with its exchanges, without those that log in."""
    since = len(instance.server.exchanges())
    data = instance.run(module, check=check, **options)
    sent = data.pop("requests")
    exchanges = [exchange for exchange in instance.server.exchanges()[since:] if exchange["path"] not in LOGIN]
    return Result("failed" if data.get("failed") else "ok", module, module, data, sent, exchanges)


def check_again(instance: Instance, module: str, **options: Any) -> Result:
    """Run a module in check mode, for real and again, and return the result of the first real run.

    Check mode and the second run must write nothing; check mode must predict the result.
    """
    predicted = run(instance, module, check=True, **options)
    made = run(instance, module, **options)
    again = run(instance, module, **options)
    assert predicted.changed and predicted.writes == [], predicted.data
    assert made.changed and made.writes, made.data
    assert predicted["diff"] == made["diff"] and made["diff"]["before"] != made["diff"]["after"]
    assert not again.changed and again.writes == [], again.data
    return made


def check_refused(result: Result, *words: str) -> None:
    """Check that a task failed because of its options, naming these words, and wrote nothing."""
    assert result.error["kind"] == "invalid_option", result.data
    assert [word for word in words if word not in result.msg] == [], result.msg
    assert result.writes == []


def another_user(instance: Instance, role: int = 2) -> dict[str, Any]:
    """Create a user, and return the options to log in."""
    return {"api_user": instance.add_user(role=role), "api_password": PASSWORD}


def new_video(instance: Instance, name: str) -> str:
    """Upload a small video as the administrator, and return its UUID."""
    form = {"name": name, "channelId": instance.get("/users/me")["videoChannels"][0]["id"]}
    files = {"videofile": (f"{name}.mp4", mp4(20_000))}
    answer = instance.send("POST", "/videos/upload", data=form, files=files)
    answer.raise_for_status()
    uuid: str = answer.json()["video"]["uuid"]
    return uuid
