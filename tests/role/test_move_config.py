# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The play of ``docs/feature_flags.md`` that moves a config from V1 to V2, and what it reports if both differ."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.role.test_playbooks import EXAMPLES, Runner, changes
from tests.sdk.test_evaluation import COMPARISONS
from tests.support.configcat import Client, Shop, in_segment, percent, read, rule
from tests.support.playing import Player

PLAY = EXAMPLES / "move_config_to_v2.yml"


def fill(shop: Shop) -> None:
    """Add what a V1 config can hold: every comparator, segments, percentages, and values of each type."""
    everything = [
        *(rule("Attribute", comparator, value, comparator) for comparator, (value, *_users) in COMPARISONS.items()),
        in_segment(shop.segment(), "isIn", "in the segment"),
        in_segment(
            shop.segment("Staff", comparator="sensitiveIsOneOf", comparisonValue="ada@x.example"), "isNotIn", "out"
        ),
    ]
    shop.serve(shop.flag("everything", "string", hint="All of it"), "", rolloutRules=everything)
    for comparator, (value, _match, _other) in COMPARISONS.items():
        shop.serve(shop.flag(f"by_{comparator}"), False, rolloutRules=[rule("Attribute", comparator, value, True)])
    shop.serve(shop.flag("rollout"), False, rolloutPercentageItems=percent(p30=True, p70=False))
    shares = percent(p20=1.5, p80=-2.0)
    let_in = [rule("Identifier", "isOneOf", "user-1,user-2", 7.25)]
    shop.serve(shop.flag("price", "double"), 0.5, rolloutRules=let_in, rolloutPercentageItems=shares)
    shop.serve(shop.flag("limit", "int"), -7, rolloutRules=[rule("Email", "contains", "@x.example, @y.example", 8)])


def test_a_config_moves_and_both_serve_the_same(tmp_path: Path) -> None:
    with SandboxProcess(service="configcat", rate_limit="100000/60") as sandbox:
        runner = Runner(Player(sandbox, tmp_path), tmp_path)
        shop = Shop.open(Client(sandbox), "Bakery")
        fill(shop)
        given: dict[str, Any] = {"move_from": "Main", "move_cdn_url": sandbox.url}
        before = len(sandbox.exchanges())
        code, output = runner.run(PLAY, "--check", "--diff", **given)
        assert code == 0 and "everything: added (string)" in output, output
        assert runner.writes(before) == []

        code, output = runner.run([PLAY, PLAY], "--diff", **given)
        assert code == 0, output
        assert changes(output) == [2, 0], output
        assert re.search(r"2\d\d users in 1 environments: 0 differences", output), output
        assert shop.sdk_key not in output

        # Somebody changes the V1 config where no rule of the dictionary would notice: the comparison does.
        configs = {one["name"]: one["configId"] for one in shop.api.get(f"/products/{shop.product}/configs")}
        assert set(configs) == {"Main", "Main V2"}
        other = Shop(shop.api, shop.organization, shop.product, configs["Main V2"], shop.environment)
        other.flag("only_there")
        code, output = runner.run(PLAY, **given)
        assert code != 0 and "only_there: None before, False after, for no user" in output, output
        read(shop.api.call("GET", f"/configs/{shop.config}"))
