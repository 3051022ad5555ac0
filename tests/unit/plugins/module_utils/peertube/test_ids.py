# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of videos, and handles of accounts and channels."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_handle, checked_id, has_id
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

#: Pairs that PeerTube 6.3.0 and a server derived from 8.2.1 showed.
PAIRS = {
    "4K5oRM4Uf4Fr8vz57KNfHK": "1e4f1b26-6878-4041-bfb3-a3045729ba8d",
    "vDiyxoBqezsoXMhabmCNNT": "f00e5cee-84b0-4637-8d5a-d19fe07f8d77",
}


@pytest.mark.parametrize(("short", "long"), PAIRS.items())
def test_short_uuid_becomes_the_uuid_that_the_server_shows(short: str, long: str) -> None:
    assert checked_id("video", short) == checked_id("video", f" {long.upper()} ") == long


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "2147483648", "nonsense", "..", "4K5oRM4Uf4Fr8vz57KNfH0", "²"])
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ToolkitError, match=r"^video: "):
        checked_id("video", text)


def test_id_of_a_video_is_compared_in_its_form() -> None:
    video = {"id": 7, "uuid": PAIRS["4K5oRM4Uf4Fr8vz57KNfHK"]}
    assert has_id(video, checked_id("video", "007"))
    assert has_id(video, checked_id("video", "4K5oRM4Uf4Fr8vz57KNfHK"))
    assert not has_id(video, "8") and not has_id(video, PAIRS["vDiyxoBqezsoXMhabmCNNT"])
    for given in ("7", video["uuid"]):
        with pytest.raises(Unreadable):
            has_id({}, str(given))


@pytest.mark.parametrize("handle", ["bakery", "bakery_channel@video.example:9000", ".hidden", "BAKERY"])
def test_handles(handle: str) -> None:
    assert checked_handle("account", handle) == handle


@pytest.mark.parametrize(
    "text", ["", ".", "..", "..@video.example", "a/b", "a\\b", "a b", "@video.example", "a@", "a@b@c", "a?b"]
)
def test_what_is_no_handle(text: str) -> None:
    with pytest.raises(ToolkitError, match=r"^account: "):
        checked_handle("account", text)
