// Copyright: the reseller.toolkit contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Returns the visible elements of a page, each with its paths and its box in pixels from the corner of the page.
() => {
  const most = 5000;
  const step = (element) => {
    const name = element.localName;
    if (element.id) return `${name}#${CSS.escape(element.id)}`;
    const parent = element.parentElement;
    const alike = parent ? [...parent.children].filter((child) => child.localName === name) : [];
    return alike.length > 1 ? `${name}:nth-of-type(${alike.indexOf(element) + 1})` : name;
  };
  const path = (element) => (element.parentElement ? `${path(element.parentElement)} > ` : "") + step(element);
  const shown = [];
  for (const element of document.querySelectorAll("body, body *")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || getComputedStyle(element).visibility === "hidden") continue;
    shown.push({
      full_path: path(element),
      short_path: step(element),
      x: box.x + window.scrollX,
      y: box.y + window.scrollY,
      width: box.width,
      height: box.height,
    });
    if (shown.length === most) break;
  }
  return shown;
}
