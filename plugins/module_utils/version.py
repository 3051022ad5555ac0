# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's version, sent in the User-Agent. Private to the collection; a test holds it against galaxy.yml."""

from __future__ import annotations

VERSION = "2.0.0-dev0"
