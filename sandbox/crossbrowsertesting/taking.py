# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the screenshots of a version after the response to its request, one after another."""

from __future__ import annotations

import asyncio
import json

from sandbox.context import Context
from sandbox.crossbrowsertesting.engine import Engine, Unavailable, Window
from sandbox.crossbrowsertesting.tables import COMPLETE, FAILED, moment, results_of


class Taker:
    """Takes the screenshots of a sandbox.

    :param engine: drives the browsers.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turn = asyncio.Lock()
        # The event loop itself holds tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, context: Context, version_id: int, url: str, delay: float) -> None:
        """Begin to take the screenshots of a version."""
        task = asyncio.get_running_loop().create_task(self._take_all(context, version_id, url, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_all(self, context: Context, version_id: int, url: str, delay: float) -> None:
        for row in results_of(context, version_id):
            window = Window(row["os"], row["browser"], row["width"], row["height"], row["requested"])
            async with self._turn:
                try:
                    shot = await self.engine.shoot(url, window, delay)
                    found = {"state": COMPLETE, "png": shot.png, "elements": json.dumps(shot.elements)}
                except Unavailable as error:
                    found = {"state": FAILED, "message": str(error)}
                except Exception as error:
                    # Whoever waits would do so for ever.
                    found = {"state": FAILED, "message": f"{type(error).__name__}: {error}"}
            finish_date = moment(context)
            context.store.update("screenshot_results", "result_id", row["result_id"], finish_date=finish_date, **found)


def taker_of(context: Context) -> Taker:
    """Return what takes the screenshots of a sandbox."""
    taker: Taker = context.parts["taker"]
    return taker
