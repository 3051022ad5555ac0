# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the console: whatever the sandbox accepts can be shown."""

from __future__ import annotations

from typing import Any

import requests

from tests.sdk.test_evaluation import COMPARISONS as OF_V1
from tests.sdk.test_evaluation_v2 import COMPARISONS as OF_V2
from tests.support.configcat import Client, Shop, of_flag, of_user, options, rule, targeting


def shown(shop: Shop, key: str) -> dict[str, Any]:
    """Return the cell of a flag in the first environment."""
    data = requests.get(f"{shop.api.sandbox.url}/_sandbox/console/data", timeout=20).json()
    rows = [row for group in data["groups"] for table in group["tables"] for row in table["rows"]]
    found: dict[str, Any] = next(row[1] for row in rows if row[0]["text"] == key)
    return found


def test_every_comparator_has_words(api: Client) -> None:
    v1, v2 = Shop.open(api, "Words of V1"), Shop.open(api, "Words of V2", "v2")
    rules = [rule("X", comparator, value, True) for comparator, (value, _match, _other) in OF_V1.items()]
    v1.serve(v1.flag("words_v1"), False, rolloutRules=rules)
    conditions = [of_user("X", comparator, value) for comparator, (value, _match, _other) in OF_V2.items()]
    v2.serve_formula(v2.flag("words_v2"), False, *(targeting(one, served=True) for one in conditions))
    for shop, key, comparators in ((v1, "words_v1", OF_V1), (v2, "words_v2", OF_V2)):
        notes = shown(shop, key)["notes"]
        assert len(notes) == len(comparators)
        assert not [note for note in notes if any(name in note for name in comparators if not name.islower())]
        assert all(note.startswith("X ") and note.endswith(" → on") for note in notes)


def test_a_date_that_no_calendar_has(api: Client) -> None:
    shop = Shop.open(api, "Odd", "v2")
    base = shop.flag("base")
    far = of_user("Ordered", "dateTimeAfter", 1e300)
    shop.serve_formula(
        shop.flag("odd"), False, targeting(far, of_flag(base, True), served=options(p100=True, p0=False))
    )
    assert shown(shop, "odd")["notes"] == ["Ordered after 1e+300 and flag base = on → 100 % on, 0 % off"]
