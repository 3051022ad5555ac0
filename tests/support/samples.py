# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that many tests need one of."""

REGISTRANT = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address": "Skaldenstraat 121",
    "postal_code": "9042",
    "city": "Gent",
    "country_code": "BE",
    "language_code": "nl",
    "email": "ada@example.net",
    "phone": "+32.92345678",
}
"""The holder of a domain name."""

SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGfEULtIdEgtEV1ldBrKpGhAMsCfgVvXGhFqi1ZRAb8K deploy"
"""A public key, with a comment."""
