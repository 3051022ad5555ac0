# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sample values that many tests need."""

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

ENCODED_TARGETS = [
    ("/a?b=c%20d", "%2Fa%3Fb%3Dc+d", "%2Fa%3Fb%3Dc%20d"),
    ("/a?b=c+d", "%2Fa%3Fb%3Dc+d", "%2Fa%3Fb%3Dc%2Bd"),
    ("/a?b=c%2Bd", "%2Fa%3Fb%3Dc%2Bd", "%2Fa%3Fb%3Dc%2Bd"),
    ("/a~b/%2520@*", "%2Fa%7Eb%2F%2520%40%2A", "%2Fa~b%2F%2520%40%2A"),
    ("/a*(b)!'", "%2Fa%2A%28b%29%21%27", "%2Fa%2A%28b%29%21%27"),
]
"""Paths with queries, each in both signed forms: encoded as HTML forms, and by RFC 3986."""
