# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where source code mentions settings, as the vendor's scanner reports it: one report for each branch."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.clock import iso
from sandbox.configcat import configs, flags
from sandbox.configcat.bodies import Id, Model, Name, Text, new_id
from sandbox.configcat.responses import Shown, done, wrong
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32

SCHEMA = """
CREATE TABLE IF NOT EXISTS code_references (
    code_reference_id TEXT PRIMARY KEY,
    setting_id INTEGER NOT NULL REFERENCES flags (setting_id) ON DELETE CASCADE,
    repository TEXT NOT NULL,
    branch TEXT NOT NULL,
    commit_hash TEXT,
    commit_url TEXT,
    uploader TEXT,
    synced_at REAL NOT NULL,
    places TEXT NOT NULL,       -- the lines that mention the setting, as JSON
    UNIQUE (setting_id, repository, branch)
);
"""

ShortText = Annotated[str, Field(max_length=255)]

router = APIRouter()


class ReferenceLine(Model):
    """A line of code."""

    line_number: Int32
    line_text: Text | None = None


class ReferenceLines(Model):
    """A line of code that mentions a setting, and its surroundings."""

    file: Name
    file_url: Text | None = None
    reference_line: ReferenceLine
    pre_lines: list[ReferenceLine] | None = None
    post_lines: list[ReferenceLine] | None = None


class FlagReference(Model):
    """Where a setting is mentioned."""

    setting_id: Int32
    references: list[ReferenceLines]


class CodeReferences(Model):
    """The result of a scan of a branch."""

    config_id: Id
    repository: Name
    branch: Name
    commit_hash: ShortText | None = None
    commit_url: Text | None = None
    uploader: ShortText | None = None
    active_branches: list[str] | None = None
    flag_references: list[FlagReference] | None = None


class ReportsToDelete(Model):
    """The reports of scans to delete."""

    config_id: Id
    repository: Name
    branch: ShortText | None = None
    setting_id: Int32 | None = None


@router.post("/code-references")
async def upload_references(context: CurrentContext, scan: CodeReferences) -> Response:
    """Replace the report of a branch; reports of branches that are no longer active are removed."""
    configs.find(context, scan.config_id)
    known = {row["setting_id"] for row in flags.of_config(context, scan.config_id)}
    found = scan.flag_references or []
    if not known >= {one.setting_id for one in found}:
        raise wrong("flagReferences", "There is no such setting in this config.")
    given = {name: getattr(scan, name) for name in ("repository", "branch", "commit_hash", "commit_url", "uploader")}
    with context.store.transaction():
        _delete(context, scan.config_id, scan.repository, branch=scan.branch)
        if scan.active_branches is not None:
            for branch in _branches(context, scan.config_id, scan.repository) - {scan.branch, *scan.active_branches}:
                _delete(context, scan.config_id, scan.repository, branch=branch)
        for one in found:
            places = json.dumps([place.model_dump(by_alias=True) for place in one.references])
            identity = {"code_reference_id": new_id(), "setting_id": one.setting_id}
            context.store.insert("code_references", **identity, **given, synced_at=context.clock.now(), places=places)
    return done()


@router.post("/code-references/delete-reports")
async def delete_reports(context: CurrentContext, reports: ReportsToDelete) -> Response:
    """Delete the reports of scans."""
    configs.find(context, reports.config_id)
    _delete(context, reports.config_id, reports.repository, branch=reports.branch, setting_id=reports.setting_id)
    return done()


def _delete(context: Context, config_id: str, repository: str, **where: Any) -> None:
    given = {name: value for name, value in where.items() if value is not None}
    of_config = "setting_id IN (SELECT setting_id FROM flags WHERE config_id = ?)"
    conditions = "".join(f" AND {name} = ?" for name in given)
    sql = f"DELETE FROM code_references WHERE repository = ? AND {of_config}{conditions}"
    context.store.run(sql, repository, config_id, *given.values())


def _branches(context: Context, config_id: str, repository: str) -> set[str]:
    sql = """SELECT DISTINCT branch FROM code_references JOIN flags USING (setting_id)
             WHERE config_id = ? AND repository = ?"""
    return {row["branch"] for row in context.store.all(sql, config_id, repository)}


@router.get("/settings/{setting_id}/code-references")
async def list_references(context: CurrentContext, setting_id: Int32, show: Shown) -> Response:
    """Return where code mentions a setting."""
    flags.find(context, setting_id)
    sql = "SELECT * FROM code_references WHERE setting_id = ? ORDER BY repository, branch"
    return show([_shown(row) for row in context.store.all(sql, setting_id)])


def _shown(row: Row) -> dict[str, Any]:
    return {
        "codeReferenceId": row["code_reference_id"],
        "repository": row["repository"],
        "branch": row["branch"],
        "commitHash": row["commit_hash"],
        "commitUrl": row["commit_url"],
        "uploader": row["uploader"],
        "syncedAt": iso(row["synced_at"], digits=3),
        "references": json.loads(row["places"]),
    }


def are_known(context: Context, setting_id: int) -> bool:
    """Return whether any report mentions a setting."""
    return context.store.one("SELECT 1 FROM code_references WHERE setting_id = ?", setting_id) is not None
