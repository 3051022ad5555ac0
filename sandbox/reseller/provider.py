# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and addresses of the provider's machines, all from ranges reserved for documentation."""

from __future__ import annotations

NAME_SERVERS = {"ns3.sandbox-dns.example": "192.0.2.53", "ns4.sandbox-dns.example": "198.51.100.53"}
MAIL_SERVERS = {"mx.sandbox-mail.example": 10, "mx-backup.sandbox-mail.example": 20}
WEB_ADDRESS = "192.0.2.80"
HOSTING_DOMAIN = "hosting.sandbox.example"
SSH_HOST = f"ssh001.{HOSTING_DOMAIN}"
