# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each ConfigCat module in check mode, for real and again: check mode predicts, and the second run changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the sandbox needs it; only ansible-test runs unit tests without it")

from tests.faults.odd_configcat import ConfigCat
from tests.faults.options import Options
from tests.support.children import connection, run_module

MODULES = [name for name in ConfigCat.modules() if not name.endswith(("_info", "_api"))]


class Player:
    """Runs modules in this process against one sandbox."""

    def __init__(self, folder: Path) -> None:
        self._numbers = itertools.count(1)
        self._folder = folder
        self.server = ConfigCat.sandbox()
        self.server.start()
        self._service = ConfigCat(self.server, folder, self.run)

    def run(self, module: str, options: Options, *, check_mode: bool = False) -> Options:
        given = {**connection(self.server, self._folder / "state"), **options}
        with chdir(self._folder):
            return run_module(module, given, check_mode=check_mode)

    def bases(self, module: str) -> list[Options]:
        return self._service.bases(module, next(self._numbers))


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    found = Player(tmp_path_factory.mktemp("configcat"))
    yield found
    found.server.stop()


@pytest.mark.parametrize("module", MODULES)
def test_check_mode_predicts_and_the_second_run_changes_nothing(player: Player, module: str) -> None:
    changed = 0
    for base in player.bases(module):
        predicted = player.run(module, base, check_mode=True)
        made, again = (player.run(module, base) for _run in range(2))
        assert predicted["changed"] == made["changed"], (base, predicted, made)
        assert not again.get("failed") and not again["changed"], (base, again)
        changed += made["changed"]
    assert changed
