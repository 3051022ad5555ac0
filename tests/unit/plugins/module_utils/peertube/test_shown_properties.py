# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What results show of the responses that real servers gave: everything but secrets and a few named properties."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.gather import SOURCES, InstanceReads, Source
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.secrets_in import SECRET
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import (
    RESOURCES,
    shown,
    snake,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import known_at

RECORDED = Path(__file__).resolve().parents[6] / "shared" / "recorded"
FILES = ("peertube-6.3.0.jsonl", "peertube-8.2.1-fork.jsonl")
#: What ``peertube_info`` reads without `shown`.
UNLIMITED = (InstanceReads.labels, InstanceReads.settings)
#: Properties that no result shows, by the last parts of their paths.
LEFT_OUT = {
    "settings.*": "settings of plugins can be secrets",
    "(stream_key|rtmp_url|rtmps_url)": "whoever knows it can stream",
    "registration_token": "whoever knows it can register a runner",
    "(payload|private_payload)(\\..*)?": "of runners, with addresses of private files",
    r"data\.(to|locals|subject|text)(\..*)?": "e-mails, which can hold secrets",
    r"data\..*": "details of jobs, except for what names a video, a channel or a resolution",
    "(coin_price|series_name|external_source|vip_expiration|coins)(\\..*)?": "only the derived server has it",
    "blocklist_subscription|automatic_blocklist|subscription_url|internal_note": "only the derived server has it",
    "embed_privacy_policy(\\..*)?|tracker_urls(\\..*)?|redundancies": "for players",
    "metadata(\\..*)?": "what ffprobe says of the uploaded file",
    "(new_features_info_read|language)": "of the web interface",
    "data": "empty, or in the form of its type",
}


def leaves(data: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of the properties that hold no object."""
    if isinstance(data, list):
        for item in data:
            yield from leaves(item, path)
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, f"{path}.{name}".lstrip("."))
    else:
        yield path


@cache
def patterns() -> list[re.Pattern[str]]:
    """Return the paths that are read with `shown`."""
    return [re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path)) for one in sources() if one.read not in UNLIMITED]


def sources() -> list[Source]:
    return [one for alternatives in SOURCES.values() for one in alternatives]


def is_limited(path: str) -> bool:
    """Return whether a path is read with `shown`."""
    unlimited = {one.path for one in sources() if one.read in UNLIMITED}
    return path not in unlimited and any(one.fullmatch(path) for one in patterns())


def lost_at(path: str, body: Any) -> set[str]:
    """Return the paths of the properties of a response that no result shows."""
    data = body["data"] if isinstance(body, dict) and {"total", "data"} <= set(body) else body
    return {*leaves(snake(data))} - {*leaves(shown(path, data))}


@pytest.mark.parametrize("name", FILES)
def test_recorded_properties_are_shown(name: str) -> None:
    file = RECORDED / name
    if not file.is_file():
        pytest.skip("the recordings are not next to the project")
    lost: dict[str, set[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        path = entry["path"].partition("?")[0].removeprefix("/api/v1")
        if (entry["method"], entry["status"]) == ("GET", 200) and is_limited(path):
            lost.setdefault(path, set()).update(lost_at(path, entry["response_body"]))
    assert len(lost) > 50
    left_out = [re.compile(rf"(.*\.)?({pattern})") for pattern in LEFT_OUT]
    unknown = {
        f"{path}: {leaf}"
        for path, found in lost.items()
        for leaf in found
        if not any(one.fullmatch(leaf) for one in left_out)
    }
    assert unknown == set()


def test_no_secret_is_shown() -> None:
    paths = [re.sub(r"\{\w+\}", "1", one.path) for one in sources()]
    known = [known_at(RESOURCES, path) for path in paths]
    assert {name for properties in known for name in names_in(properties) if is_secret(name)} == set()


def is_secret(name: str) -> bool:
    return bool(SECRET.search(name.replace("_", "")))


def names_in(properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of properties and of those in them; replies to comments have replies without end."""
    for name, below in properties.items():
        yield name
        if below is not properties:
            yield from names_in(below)
