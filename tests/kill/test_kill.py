# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play is killed between its order and the end of the job: the next run finishes it and buys nothing twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.kill.conftest import Shop, descendants, is_running, new_sandbox, processes_of, wait_for
from tests.runners.cores import newest_core
from tests.runners.plays import Running, Stage

pytestmark = pytest.mark.faults

APART = {"reseller_toolkit_in_process": False}


def kill_worker(play: Running) -> None:
    """Kill the process that does the work: the one furthest from the play."""
    os.kill(descendants(play.pid)[-1], signal.SIGKILL)


@pytest.mark.row(10, "paying post")
def test_next_run_adopts_from_the_worker_of_a_killed_play(each_shop: Shop) -> None:
    play = each_shop.start()
    each_shop.wait_for_polling()
    (worker,) = descendants(play.pid)
    play.process.kill()
    play.process.wait()
    assert is_running(worker)
    again = each_shop.finish_again()
    assert again.code == 0, again.output
    assert again.data("order")["account"]["identifier"] == each_shop.name
    each_shop.check_bought_once()
    each_shop.check_nothing_is_open()
    wait_for("the first worker's end", lambda: not is_running(worker))


@pytest.mark.row(10, "paying post")
@pytest.mark.parametrize("moment", ["at once", "later"])
def test_next_run_recovers_from_the_journal_when_the_worker_is_killed(each_shop: Shop, moment: str) -> None:
    play = each_shop.start()
    # At once: its response may not have been recorded yet.
    each_shop.wait_for_post() if moment == "at once" else each_shop.wait_for_polling()
    kill_worker(play)
    # Newer versions of ansible-core notice a dead worker; older ones wait for it forever.
    play.process.kill()
    play.process.wait()
    again = each_shop.recover()
    assert again.code == 0, again.output
    assert again.data("order")["recovered"] is True
    assert again.data("order")["changed"] is True
    each_shop.check_bought_once()
    each_shop.check_nothing_is_open()


@pytest.mark.row(10, "paying post")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_play_is_resumed(shop: Shop, number: signal.Signals) -> None:
    play = shop.start()
    shop.wait_for_polling()
    play.process.send_signal(number)
    play.process.wait(30)
    again = shop.finish_again()
    assert again.code == 0, again.output
    assert again.data("order")["account"]["identifier"] == shop.name
    shop.check_bought_once()
    shop.check_nothing_is_open()


@pytest.mark.row(10, "paying post")
def test_killed_ordinary_module_is_resumed(shop: Shop) -> None:
    play = shop.start(variables=APART)
    shop.wait_for_polling()
    kill_worker(play)
    assert play.finish().outcome("order") in {"failed", "unreachable"}
    again = shop.recover(variables=APART)
    assert again.data("order")["recovered"] is True, again.output
    shop.check_bought_once()
    shop.check_nothing_is_open()


@pytest.mark.row(10, "paying post")
@pytest.mark.parametrize("keywords", [{"timeout": 5}, {"async": 8, "poll": 1}], ids=["timeout", "async"])
def test_task_that_took_too_long_is_resumed(shop: Shop, keywords: dict[str, Any]) -> None:
    cut_off = shop.start(shop.account(**keywords)).finish()
    assert cut_off.outcome("order") == "failed", cut_off.output
    assert shop.seen("POST", "/accounts") == 1
    # The wrapper of an asynchronous module checks the time only every few seconds.
    wait_for("the module's end", lambda: not processes_of(shop.stage.folder))
    again = shop.recover()
    assert again.data("order")["recovered"] is True, again.output
    shop.check_bought_once()
    shop.check_nothing_is_open()


@pytest.mark.row(10, "paying post")
@pytest.mark.row(18, "paying post")
def test_certificate_request_is_followed_after_a_kill(shop: Shop) -> None:
    account = shop.start()
    shop.wait_for_polling()
    shop.finish_jobs()
    assert account.finish().code == 0
    task = shop.certificate()
    play = shop.start(task)
    wait_for("a look at the request", lambda: shop.seen("GET", "/sslcertificaterequests/"))
    kill_worker(play)
    play.process.kill()
    play.process.wait()
    again = shop.start(task)
    wait_for("the verification", lambda: shop.seen("PUT", "/sslcertificaterequests/"))
    shop.finish_jobs()
    played = again.finish()
    assert played.code == 0, played.output
    assert played.data("certificate")["certificate"]["common_name"] == shop.name
    shop.check_bought_once("/sslcertificaterequests", "ssl_certificates")


@pytest.mark.row(28, "paying post")
def test_two_plays_at_once_buy_one_account(shop: Shop) -> None:
    plays = [shop.start(), shop.start()]
    shop.wait_for_polling()
    wait_for("both plays", lambda: shop.seen("GET", "/servicepacks") == 2)
    shop.finish_jobs()
    results = [play.finish() for play in plays]
    assert [played.code for played in results] == [0, 0], [played.output for played in results]
    assert sorted(played.data("order")["changed"] for played in results) == [False, True]
    shop.check_bought_once()


@pytest.mark.row(34, "paying post")
@pytest.mark.row(37, "paying post")
def test_open_order_is_settled_with_another_key(tmp_path: Path) -> None:
    state = tmp_path / "sandbox"
    with new_sandbox(state=state) as before:
        shop = Shop(before, Stage(newest_core(), tmp_path, before))
        play = shop.start()
        shop.wait_for_polling()
        kill_worker(play)
        play.process.kill()
        play.process.wait()
        assert shop.seen("POST", "/accounts") == 1
    with new_sandbox(state=state, port=before.port, api_key="new-key", api_secret="new-secret") as after:
        shop.sandbox = shop.stage.sandbox = after
        again = shop.recover()
        assert again.code == 0, again.output
        assert again.data("order")["recovered"] is True
        assert shop.seen("POST", "/accounts") == 0
        assert after.state()["accounts"] == 1
        shop.check_nothing_is_open()
