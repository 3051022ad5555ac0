# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration: what is given changes, in the types that the server shows; everything else is kept."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.configuration import changed, differences
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

CURRENT: dict[str, Any] = {
    "instance": {"name": "A", "isNSFW": False, "categories": [], "languages": []},
    "theme": {"customization": {"primaryColor": None}},
    "live": {"maxDuration": -1, "transcoding": {"resolutions": {"144p": False, "2160p": False}}},
    "newInLaterVersions": {"anything": [{"b": 1}], "nothing": None},
}


def test_given_properties_change_and_unknown_ones_stay() -> None:
    given = {
        "instance": {"is_nsfw": True, "categories": ["1", 7]},
        "live": {"max_duration": "60", "transcoding": {"resolutions": {"144p": True}}},
        "theme": {"customization": {"primary_color": "#123456"}},
        "new_in_later_versions": {"nothing": 5},
    }
    wanted = changed(CURRENT, given)
    assert wanted == {
        "instance": {"name": "A", "isNSFW": True, "categories": [1, 7], "languages": []},
        "theme": {"customization": {"primaryColor": "#123456"}},
        "live": {"maxDuration": 60, "transcoding": {"resolutions": {"144p": True, "2160p": False}}},
        "newInLaterVersions": {"anything": [{"b": 1}], "nothing": 5},
    }
    assert differences(CURRENT, wanted) == {
        "instance": {"is_nsfw": False, "categories": []},
        "theme": {"customization": {"primary_color": None}},
        "live": {"max_duration": -1, "transcoding": {"resolutions": {"144p": False}}},
        "new_in_later_versions": {"nothing": None},
    }
    assert differences(wanted, wanted) == {}


def test_every_mistake_is_named_at_once() -> None:
    given = {
        "instance": {"title": "x", "is_nsfw": 1, "languages": ["en", 1]},
        "live": {"transcoding": []},
        "videos": {},
    }
    with pytest.raises(ToolkitError) as error:
        changed(CURRENT, given)
    assert error.value.kind == "invalid_option"
    for place in ("instance.title", "instance.is_nsfw", "instance.languages[1]", "live.transcoding", "videos"):
        assert f"config.{place}: " in str(error.value)
