# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version is the same wherever it is written. Documentation and changelog say which version added a thing."""

from __future__ import annotations

import re

import pytest
import yaml
from packaging.version import Version

from tests.support.documented_options import ROOT, all_documented, constants, fragments, with_suboptions

VERSION = str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])
#: The version of the next release, without a suffix.
NEXT = Version(VERSION).base_version
DOCUMENTED = all_documented()
#: The plugins and roles of the latest release, with their options.
RELEASED: dict[str, list[str]] = yaml.safe_load((ROOT / "tests/unit/released.yml").read_text())
RELEASES = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text())["releases"]
LATEST = max(RELEASES, key=Version)


def unreleased_fragments() -> str:
    """Return the text of the changelog fragments that belong to no release."""
    taken = {name for release in RELEASES.values() for name in release.get("fragments", [])}
    folder = ROOT / "changelogs/fragments"
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.yml")) if path.name not in taken)


UNRELEASED = unreleased_fragments()
#: The options in fragments, which extend plugins of several versions.
SHARED = {option for options in fragments().values() for option, _version, _own in with_suboptions(options, "")}
every_plugin = pytest.mark.parametrize("name", sorted(DOCUMENTED))


def is_in_changelog(word: str) -> bool:
    """Return whether a fragment of the next release has this word."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", UNRELEASED) is not None


def test_user_agent_has_the_version_of_the_package() -> None:
    assert constants(ROOT / "plugins/module_utils/version.py")["VERSION"] == VERSION


def test_next_release_is_later_than_the_latest() -> None:
    assert Version(NEXT) > Version(LATEST)


@every_plugin
def test_nothing_was_added_in_a_later_version(name: str) -> None:
    documented = DOCUMENTED[name]
    versions = {"": documented.added, **documented.own}
    assert {what: version for what, version in versions.items() if Version(version) > Version(NEXT)} == {}


@every_plugin
def test_plugin_names_the_release_that_added_it(name: str) -> None:
    added = DOCUMENTED[name].added
    if name in RELEASED:
        assert Version(added) <= Version(LATEST)
    else:
        assert added == NEXT


@pytest.mark.parametrize("name", sorted(set(DOCUMENTED) - set(RELEASED)))
def test_changelog_names_every_new_plugin(name: str) -> None:
    assert is_in_changelog(name.partition("/")[2])


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_new_options_of_released_plugins_say_so(name: str) -> None:
    new = {option: version for option, version in DOCUMENTED[name].options.items() if option not in RELEASED[name]}
    assert {option: version for option, version in new.items() if version != NEXT} == {}


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_changelog_names_every_new_option(name: str) -> None:
    # A new option is described with its suboptions.
    new = [option for option in DOCUMENTED[name].own if option not in RELEASED[name]]
    assert [option for option in new if not is_in_changelog(option.rpartition(".")[2])] == []


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_no_released_option_is_called_new(name: str) -> None:
    assert [option for option in RELEASED[name] if DOCUMENTED[name].options.get(option) == NEXT] == []


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_no_released_option_was_removed_silently(name: str) -> None:
    gone = [option for option in RELEASED[name] if option not in DOCUMENTED[name].options]
    assert [option for option in gone if not is_in_changelog(option.rpartition(".")[2])] == []


@every_plugin
def test_option_that_is_as_old_as_its_plugin_names_no_version(name: str) -> None:
    documented = DOCUMENTED[name]
    same = [option for option, version in documented.own.items() if version == documented.added]
    assert [option for option in same if option not in SHARED] == []
