# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths of the tools of these tests and of their output, which are not part of the project."""

from __future__ import annotations

from tests.clients.description import ROOT

FOLDER = ROOT / ".venv/clients"
PYTHON = FOLDER / "venv/bin/python"
STRIPPED = FOLDER / "description.json"
PACKAGE = "generated_client"
#: Further descriptions from which clients are generated, by the names of their packages.
FURTHER = {
    "generated_crossbrowsertesting": "crossbrowsertesting-v*.openapi.json",
    "generated_dataflowkit": "dataflowkit-v*.openapi.json",
    "generated_departureboard": "departureboard-v*.openapi.json",
}
