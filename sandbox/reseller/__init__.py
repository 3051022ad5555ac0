# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the reseller API, one file per family of resources.

A family brings a ``router`` and, if it keeps anything, the ``SCHEMA`` of its tables; both are listed in ``service.py``.
"""
