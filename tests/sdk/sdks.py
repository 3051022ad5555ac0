# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's SDKs, which are independent of this project, behind one small interface."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from configcatclient.configcatclient import ConfigCatClient
from configcatclient.configcatoptions import ConfigCatOptions
from configcatclient.pollingmode import PollingMode
from configcatclient.user import User

SCRIPT = Path(__file__).with_name("evaluate.js")
#: The folder into which `make node` installs the packages.
MODULES = Path(__file__).resolve().parents[2] / ".venv/node/node_modules"

Person = dict[str, Any]
"""A user in the SDKs: ``identifier``, and optionally ``email``, ``country`` and ``custom``."""


class Sdk(Protocol):
    """An SDK that evaluates the settings of one SDK key."""

    def refresh(self) -> None:
        """Fetch changes."""

    def values(self, key: str, default: Any, people: list[Person | None]) -> list[Any]:
        """Return the value for each of these users."""

    def close(self) -> None:
        """Close the SDK."""


class PythonSdk:
    """``configcat-client``."""

    def __init__(self, sdk_key: str, base_url: str, poll_seconds: int | None) -> None:
        mode = PollingMode.auto_poll(poll_seconds) if poll_seconds else PollingMode.manual_poll()
        self._client = ConfigCatClient.get(sdk_key, ConfigCatOptions(base_url=base_url, polling_mode=mode))

    def refresh(self) -> None:
        result = self._client.force_refresh()
        assert result.is_success, result.error

    def values(self, key: str, default: Any, people: list[Person | None]) -> list[Any]:
        return [self._client.get_value(key, default, User(**person) if person else None) for person in people]

    def close(self) -> None:
        self._client.close()


class NodeSdk:
    """A package for Node, in a separate process."""

    def __init__(self, package: str, sdk_key: str, base_url: str, poll_seconds: int | None) -> None:
        words = ["node", str(SCRIPT), package, sdk_key, base_url, *([str(poll_seconds)] if poll_seconds else [])]
        environment = {**os.environ, "NODE_PATH": str(MODULES)}
        self._process = subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def refresh(self) -> None:
        error = self._ask({"refresh": True})
        assert error is None, error

    def values(self, key: str, default: Any, people: list[Person | None]) -> list[Any]:
        found: list[Any] = self._ask({"key": key, "default": default, "users": people})
        return found

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class Opened:
    """Opens SDKs of one kind, and closes them all at the end."""

    def __init__(self, package: str) -> None:
        self.package = package
        self._opened: list[Sdk] = []

    def __call__(self, sdk_key: str, base_url: str, *, poll_seconds: int | None = None) -> Sdk:
        """Return an SDK that has read its file once; with ``poll_seconds`` it polls for changes."""
        sdk: Sdk = (
            PythonSdk(sdk_key, base_url, poll_seconds)
            if self.package == "configcat-client"
            else NodeSdk(self.package, sdk_key, base_url, poll_seconds)
        )
        self._opened.append(sdk)
        sdk.refresh()
        return sdk

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sdk in self._opened:
            sdk.close()
