# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox: a stateful server that speaks the API of a service, to build and test clients against.

Start it with ``python -m sandbox`` (``--service`` selects another service than the reseller API), or from a test with
:class:`sandbox.launcher.SandboxProcess`. It shares no code with the collection's plugins, so that it does not repeat
their bugs.
"""
