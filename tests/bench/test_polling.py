# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds of waiting for jobs are met, in virtual time."""

from __future__ import annotations

import pytest

from tests.bench.polling import SCENARIOS, Noticed, polling


@pytest.fixture(scope="module")
def noticed() -> dict[str, Noticed]:
    return polling(jobs=300)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_end_of_a_job_of_two_minutes_is_noticed_in_time_and_with_few_looks(
    noticed: dict[str, Noticed], scenario: str
) -> None:
    assert noticed[scenario].is_within(scenario), noticed[scenario]
