# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of extracted data."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

Record = dict[str, Any]

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "xml": "application/xml",
    "excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Characters that XML can't hold (XML 1.0, 2.2).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encoded(records: list[Record], form: str) -> bytes:
    """Return records in a format."""
    if form == "json":
        return json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode()
    if form == "jsonl":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    if form == "csv":
        return _csv(_table(records))
    return _xml(records) if form == "xml" else _excel(_table(records))


def _table(records: list[Record]) -> list[list[str]]:
    """Return a row of names and one for each record; what is no text is in JSON."""
    names = list(dict.fromkeys(name for record in records for name in record))
    return [names, *([_text(record.get(name, "")) for name in names] for record in records)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(table: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


def _xml(records: list[Record]) -> bytes:
    root = ElementTree.Element("items")
    _append(root, records)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _append(parent: ElementTree.Element, records: list[Record]) -> None:
    for record in records:
        item = ElementTree.SubElement(parent, "item")
        for name, value in record.items():
            part = ElementTree.SubElement(item, re.sub(r"^(?=[^A-Za-z_])|[^\w.-]", "_", name))
            if isinstance(value, list):
                _append(part, value)
            else:
                part.text = _NO_XML.sub("\ufffd", value)


_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/sheet.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
    "_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="sheet.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
}


def _excel(table: list[list[str]]) -> bytes:
    """Return a workbook with one sheet (ECMA-376); the same table gives the same bytes."""
    rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in table)
    sheet = f"<sheetData>{rows}</sheetData>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {**_PARTS, "sheet.xml": f'<worksheet xmlns="{namespace}">{sheet}</worksheet>'}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NO_XML.sub(chr(0xFFFD), text))}</t></is></c>'
