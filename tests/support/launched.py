# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A launched bakery at a known time: the variables of its reports, as the roles set them."""

from __future__ import annotations

from typing import Any

from tests.support.rendering import rendered

FOLDER = "/srv/launch"
URL = "https://bakery.example/"
ACCEPTED_AT, CHECKED_AT = "2026-11-26T09:00:00.000Z", "2026-11-27T08:47:51.000Z"
FILES = {"page.html": "a1", "page.png": "b2", "page.pdf": "c3"}
LAUNCHED: dict[str, Any] = {
    "launch_folder": FOLDER,
    "hosting_result": {
        "account": {"identifier": "bakery.example"},
        "hosting": {"host_names": ["bakery.example", "www.bakery.example"]},
        "certificate": {"state": "present", "expires_after": "2027-11-27T08:00:00Z"},
        "databases": [{"name": "ID107919_shop"}],
        "mailboxes": ["ada@bakery.example"],
        "mail_aliases": ["office@bakery.example"],
    },
    "feature_flags_result": {
        "flags": {"greeting": {"name": "Greeting"}, "ordering": {"name": "Ordering"}},
        "environments": {
            "Production": {"greeting": {"value": "Bread from Ghent"}, "ordering": {"value": False}},
            "Test": {"greeting": {"value": "This is a test"}, "ordering": {"value": True}},
        },
    },
    "video_platform": {
        "users": [{"username": "ada", "channels": [{"name": "bakery_films", "display_name": "Films of the bakery"}]}]
    },
    "departure_board_result": {"location_name": "London Kings Cross", "files": [f"{FOLDER}/board.html"]},
    "site_check": {"url": URL, "folder": f"{FOLDER}/check"},
    "site_check_result": {"checked_at": CHECKED_AT, "accepted": False, "comparisons": [{"differences": 0}]},
}


def launch_report(**more: Any) -> str:
    """Return the report of the playbook ``launch``; None removes a variable."""
    variables = {name: value for name, value in {**LAUNCHED, **more}.items() if value is not None}
    return rendered("playbooks/templates/launch.html.j2", **variables)


def check_report(
    *comparisons: dict[str, Any], is_first: bool = False, accept: bool = False, now: Any = None, **given: Any
) -> str:
    """Return the report of the role ``site_check``.

    Args:
        comparisons: one for each browser.
        is_first: whether nothing was accepted before.
        accept: whether this run accepts the page.
        now: the files and their checksums; those of the accepted version if it is None.
        given: more of the dictionary ``site_check``.
    """
    not_same = [one for one in comparisons if one["differences"] != 0]
    return rendered(
        "roles/site_check/templates/report.html.j2",
        site_check_given={"url": URL, **given},
        site_check_is_first=is_first,
        site_check_accepted={} if is_first else {"checked_at": ACCEPTED_AT, "files": FILES},
        site_check_now={"checked_at": CHECKED_AT, "files": now or FILES},
        site_check_files=list(FILES),
        site_check_not_same=not_same,
        site_check_elements=[element for one in comparisons for element in one["elements"]],
        site_check_differs=bool(not_same),
        site_check_accept=accept,
        site_check_accepts=accept or is_first,
    )
