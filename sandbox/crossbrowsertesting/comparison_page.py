# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML of a comparison: both screenshots with the differing elements framed, a table of them, and the pixels.

No page needs a script. Numbers connect the rows of the table with the frames, also without colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from sqlite3 import Row
from typing import NamedTuple

from sandbox.crossbrowsertesting.layout import Difference, Element

STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --line: #d0d7de; --mark: #b3005c; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 110rem; padding: 1.5rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.verdict { font-weight: 600; }
.sides { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
figure { margin: 0; }
figcaption { margin-bottom: .5rem; overflow-wrap: anywhere; }
.shot { position: relative; border: 1px solid var(--line); }
.shot img, .pixels img { display: block; width: 100%; height: auto; }
.shot svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.shot rect { fill: rgb(179 0 92 / .12); stroke: var(--mark); stroke-width: 3; vector-effect: non-scaling-stroke; }
.shot text { fill: #fff; stroke: var(--mark); stroke-width: .35em; paint-order: stroke; font-weight: 700; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem; border-bottom: 1px solid var(--line); }
td code { overflow-wrap: anywhere; }
tr:target { background: #fff3c4; }
.pixels { border: 1px solid var(--line); max-width: 60rem; }
.results { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
.results img { border: 1px solid var(--line); max-width: 100%; }
"""


class Side(NamedTuple):
    """One screenshot of a comparison.

    :param window: its operating system, browser and resolution.
    :param width: the width of the picture in pixels.
    """

    result_id: int
    result_hash: str
    window: str
    url: str
    date: str
    width: int
    height: int


def written(target: Side, base: Side, found: Sequence[Difference], tolerance: int, share: float) -> str:
    """Return the page of a comparison.

    :param found: the differences of the layouts.
    :param tolerance: how many pixels were tolerated.
    :param share: the share of pixels that differ.
    """
    one = len(found) == 1
    verdict = f"{len(found)} difference{'' if one else 's'} of the layout" if found else "The layouts are the same"
    rows = "".join(_row(number, difference) for number, difference in enumerate(found, 1))
    table = (
        "<h2>Differences</h2><table><thead><tr><th scope=col>No.</th><th scope=col>Element</th>"
        f"<th scope=col>In the target it</th><th scope=col>Path</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    pixels = f"/comparisons/{target.result_hash}/{base.result_hash}/pixels.png"
    sides = (
        _figure("Base", base, [(number, item.base) for number, item in enumerate(found, 1)]),
        _figure("Target", target, [(number, item.target) for number, item in enumerate(found, 1)]),
    )
    return _page(
        f"Comparison of {target.result_id} with {base.result_id}",
        f"<h1>Comparison of the screenshots {target.result_id} and {base.result_id}</h1>"
        f"<p class=verdict role=status>{verdict}</p><p>Tolerance: {tolerance} px.</p>"
        f"{table if found else ''}<h2>Screenshots</h2><div class=sides>{''.join(sides)}</div>"
        f"<h2>Pixels</h2><p>{share:.2%} of the pixels differ. They are not counted as differences of the layout.</p>"
        f'<div class=pixels><img src="{pixels}" alt="The target in gray, with the pixels that differ in color"></div>',
    )


def version_written(test: Row, version: Row, results: Sequence[Row]) -> str:
    """Return the page of the screenshots of a version."""
    return _page(
        f"Screenshot test {test['screenshot_test_id']}",
        f"<h1>Screenshot test {test['screenshot_test_id']}, version {version['version_id']}</h1>"
        f"<p>{escape(test['url'])}, {escape(version['start_date'])}</p>"
        f"<div class=results>{''.join(_result(row) for row in results)}</div>",
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def _row(number: int, difference: Difference) -> str:
    element = difference.element
    return (
        f'<tr id="difference-{number}"><td>{number}</td><th scope=row><code>{escape(element.short_path)}</code></th>'
        f"<td>{escape(difference.text)}</td><td><code>{escape(element.full_path)}</code></td></tr>"
    )


def _figure(title: str, side: Side, boxes: Sequence[tuple[int, Element | None]]) -> str:
    frames = "".join(_frame(number, box) for number, box in boxes if box)
    size = f'width="{side.width}" height="{side.height}"'
    return (
        f"<figure><figcaption><strong>{title}</strong> {side.result_id}: {escape(side.window)}<br>"
        f"{escape(side.url)}, {escape(side.date)}</figcaption><div class=shot>"
        f'<img src="/results/{side.result_hash}/page.png" {size} alt="{title}: {escape(side.url)}">'
        f'<svg viewBox="0 0 {side.width} {side.height}" aria-hidden=true>{frames}</svg></div></figure>'
    )


def _frame(number: int, box: Element) -> str:
    size = 22
    return (
        f'<rect data-difference="{number}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"/>'
        f'<text x="{box.x + 4:g}" y="{box.y + size:g}" font-size="{size}">{number}</text>'
    )


def _result(row: Row) -> str:
    window = escape(f"{row['os']}, {row['browser']}, {row['width']}x{row['height']}")
    if row["finish_date"] is None or row["message"]:
        why = escape(row["message"] or row["state"])
        return f"<figure><figcaption>{row['result_id']}: {window}</figcaption><p>{why}</p></figure>"
    picture = f"/results/{row['result_hash']}"
    return (
        f'<figure><figcaption>{row["result_id"]}: {window}</figcaption><a href="{picture}/page.png">'
        f'<img src="{picture}/thumbnail.png" alt="Screenshot {row["result_id"]}"></a></figure>'
    )
