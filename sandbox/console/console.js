// Copyright: the reseller.toolkit contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shows the state of the sandbox. Everything is written as text, so names chosen by users can't become HTML.
"use strict";

const PERIOD = 1000; // milliseconds between two polls
const FRESH = 4000; // milliseconds for which a change is marked, as in the style sheet
const known = new Map(); // the text of each cell and the time of its last change, by place
const latest = { text: "", groups: "" };

function element(name, text, ...classes) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  made.classList.add(...classes);
  return made;
}

function markIfNew(made, place, shown) {
  const before = known.get(place);
  const now = Date.now();
  if (before && before.shown !== shown) {
    document.getElementById("news").append(element("span", `${place}: ${shown}. `));
  }
  const changed = !before ? -FRESH : before.shown === shown ? before.changed : now;
  known.set(place, { shown, changed });
  if (now - changed < FRESH) {
    made.classList.add("changed");
    made.style.animationDelay = `${changed - now}ms`; // continue the animation when the table is redrawn
    setTimeout(() => made.classList.remove("changed"), FRESH - (now - changed));
  }
}

// On a narrow screen the style sheet displays tables as blocks, which no longer are tables for a screen reader without
// explicit roles.
function part(name, role, text) {
  const made = element(name, text);
  made.setAttribute("role", role);
  return made;
}

function barOf(shares) {
  const made = element("span", undefined, "bar");
  made.setAttribute("aria-hidden", "true"); // the text beside it says the same
  for (const share of shares) {
    const shown = element("span", undefined, `share-${share.tone}`);
    shown.style.flexGrow = share.percentage;
    made.append(shown);
  }
  return made;
}

function cellOf(cell, place, column, isName) {
  const made = isName ? part("th", "rowheader") : part("td", "cell");
  if (isName) made.scope = "row";
  else made.dataset.column = column;
  if (cell.badge) made.append(element("span", cell.badge, "badge"));
  made.append(element("span", cell.text, cell.tone));
  if (cell.shares.length) made.append(barOf(cell.shares));
  for (const note of cell.notes) made.append(element("span", note, "lines"));
  const shown = [cell.badge, cell.text, ...cell.notes].filter(Boolean).join("; ");
  if (!isName) markIfNew(made, place, shown);
  return made;
}

function tableOf(table, place) {
  const made = part("table", "table");
  made.style.setProperty("--environments", table.columns.length - 1);
  const caption = element("caption", table.title);
  if (table.note) caption.append(element("span", table.note, "lines"));
  const head = part("tr", "row");
  for (const column of table.columns) {
    const title = part("th", "columnheader", column);
    title.scope = "col";
    head.append(title);
  }
  const titles = part("thead", "rowgroup");
  titles.append(head);
  const body = part("tbody", "rowgroup");
  for (const row of table.rows) {
    const line = part("tr", "row");
    row.forEach((cell, index) => {
      const column = table.columns[index];
      line.append(cellOf(cell, `${place}, ${row[0].text}, ${column}`, column, index === 0));
    });
    body.append(line);
  }
  made.append(caption, titles, body);
  return made;
}

function groupOf(group) {
  const made = element("section");
  made.append(element("h2", group.title), element("p", group.note, "note"));
  if (!group.tables.length) made.append(element("p", group.empty, "empty"));
  for (const table of group.tables) {
    const place = `${group.title}, ${table.title}`;
    const frame = part("div", "region");
    frame.classList.add("scroll");
    frame.setAttribute("aria-label", place);
    frame.append(tableOf(table, place));
    if (!table.rows.length) frame.append(element("p", table.empty, "empty"));
    made.append(frame);
  }
  return made;
}

function guideOf(guide) {
  const made = element("section");
  const steps = element("ol");
  for (const step of guide.steps) {
    const item = element("li");
    const [text, code] = [step.text, step.code].map((given) => given.replaceAll("{url}", location.origin));
    item.append(element("p", text), element("pre", code));
    steps.append(item);
  }
  made.append(element("h2", guide.title), steps);
  return made;
}

function requestOf(request) {
  const line = part("tr", "row");
  const outcome = part("td", "cell");
  const sign = element("span", request.succeeded ? "✓" : "✗", "sign");
  sign.setAttribute("aria-hidden", "true"); // the words beside it say the same
  outcome.append(sign, element("span", request.outcome, request.succeeded ? "good" : "bad"));
  const method = part("td", "cell", request.method);
  method.classList.add(request.method === "GET" ? "read" : "write");
  line.append(
    part("td", "cell", new Date(request.at).toLocaleTimeString("en-GB")),
    method,
    part("td", "cell", request.target),
    outcome,
  );
  return line;
}

// Only what is wider than the screen is a stop of the Tab key; there the arrow keys scroll.
function markWide() {
  for (const frame of document.querySelectorAll(".scroll")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
}

// Drawing the tables again must neither remove the focus nor scroll a table back.
function replaceGroups(groups) {
  const parent = document.getElementById("groups");
  const frames = () => [...parent.querySelectorAll(".scroll")];
  const before = new Map(frames().map((frame) => [frame.getAttribute("aria-label"), frame]));
  const lefts = new Map([...before].map(([label, frame]) => [label, frame.scrollLeft]));
  const focused = document.activeElement;
  parent.replaceChildren(...groups);
  markWide();
  for (const frame of frames()) {
    const label = frame.getAttribute("aria-label");
    frame.scrollLeft = lefts.get(label) ?? 0;
    if (focused === before.get(label)) frame.focus({ preventScroll: true });
  }
}

function show(data) {
  document.getElementById("user").textContent = data.user;
  const meter = document.getElementById("meter");
  meter.max = data.meter.limit;
  meter.value = data.meter.remaining;
  document.getElementById("left").textContent = `${data.meter.remaining} of ${data.meter.limit}`;
  const text = JSON.stringify([data.groups, data.guide]);
  if (text !== latest.groups) {
    document.getElementById("news").replaceChildren();
    replaceGroups(data.groups.length || !data.guide ? data.groups.map(groupOf) : [guideOf(data.guide)]);
  }
  latest.groups = text;
  document.querySelector("#requests tbody").replaceChildren(...data.requests.map(requestOf));
  document.getElementById("no-requests").hidden = data.requests.length > 0;
}

async function poll() {
  const state = document.getElementById("state");
  try {
    const response = await fetch("/_sandbox/console/data");
    if (!response.ok) throw new Error(response.status);
    const text = await response.text();
    if (text !== latest.text) show(JSON.parse(text));
    latest.text = text;
    if (state.textContent !== "live") state.textContent = "live";
  } catch {
    state.textContent = "no connection";
  }
  setTimeout(poll, PERIOD);
}

addEventListener("resize", markWide);
poll();
