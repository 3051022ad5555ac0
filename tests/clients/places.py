# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the tools of these tests and what they make lie: nothing of it belongs to the project."""

from __future__ import annotations

from tests.clients.description import ROOT

FOLDER = ROOT / ".venv/clients"
PYTHON = FOLDER / "venv/bin/python"
STRIPPED = FOLDER / "description.json"
PACKAGE = "generated_client"
