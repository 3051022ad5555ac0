# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of users: exports, and the imports of such."""

from __future__ import annotations

from sandbox.peertube import jobs, rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask, at
from sandbox.peertube.errors import plain_not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_STATES = {1: "Pending", 2: "Processing", 3: "Completed", 4: "Errored"}
_DAYS = 2

routes = Routes()
router = routes.router


def _user(ask: Ask, what: str) -> int:
    number = ask.number()
    if not ask.owns(number) and not ask.has_role(ADMINISTRATOR):
        raise problem(403, f"Cannot manage {what} of another user")
    return number


@routes.add("POST", "/users/{id}/exports/request")
def request_export(ask: Ask) -> Row:
    """Begin an export."""
    ask.check(withVideoFiles=rules.boolean)
    user_id = _user(ask, "exports")
    if ask.tables.user_exports.one(user_id=user_id):
        raise problem(400, "User has already processing or completed exports")
    until = at(ask.now + _DAYS * 86400)
    row = ask.tables.user_exports.insert(user_id=user_id, state=2, createdAt=ask.time, expiresOn=until)
    jobs.begin(ask, "create-user-export", {"export_id": row["id"]})
    return {"export": {"id": row["id"]}}


@jobs.effect("create-user-export")
def exported(ask: Ask, data: Row) -> None:
    """Complete an export."""
    row = ask.tables.user_exports.get(data["export_id"])
    if row is not None:
        ask.tables.user_exports.save({**row, "state": 3})


@routes.add("GET", "/users/{id}/exports")
def list_exports(ask: Ask) -> Row:
    """Return the exports of a user."""
    rows = ask.tables.user_exports.all(user_id=_user(ask, "exports"))

    def show(row: Row) -> Row:
        is_done = row["state"] == 3
        url = f"http://{ask.own_host}/download/user-exports/{row['id']}.zip"
        old = {} if ask.newer else {"fileUrl": None}
        return {
            **old,
            **{name: row[name] for name in ("id", "createdAt", "expiresOn")},
            "state": {"id": row["state"], "label": _STATES[row["state"]]},
            "size": 1000 if is_done else None,
            "privateDownloadUrl": url if is_done else None,
        }

    return ask.page(rows, show, "createdAt")


@routes.add("DELETE", "/users/{id}/exports/{export}")
def remove_export(ask: Ask) -> None:
    """Remove an export."""
    row = ask.tables.user_exports.get(ask.params["export"])
    if row is None or row["user_id"] != _user(ask, "exports"):
        raise plain_not_found()
    ask.tables.user_exports.delete(row)


@routes.add("GET", "/users/{id}/imports/latest")
def read_latest_import(ask: Ask) -> Row:
    """Refuse: no archive is ever imported here."""
    _user(ask, "imports")
    raise plain_not_found()
