// Copyright: the reseller.toolkit contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shows the state of the sandbox. Everything is written as text, so names chosen by users can't become HTML.
"use strict";

const PERIOD = 1000; // milliseconds between two polls
const FRESH = 4000; // milliseconds for which a change is marked, as in the style sheet
const known = new Map(); // the text of each cell and the time of its last change, by place
let latest = "";

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
  }
}

function cellOf(cell, place, isName) {
  const made = element(isName ? "th" : "td");
  if (isName) made.scope = "row";
  made.append(element("span", cell.text, cell.tone));
  for (const note of cell.notes) made.append(element("span", note, "lines"));
  const shown = [cell.text, ...cell.notes].join("; ");
  if (!isName) markIfNew(made, place, shown);
  return made;
}

function tableOf(table, place) {
  const made = element("table");
  made.append(element("caption", table.title));
  const head = element("tr");
  for (const column of table.columns) {
    const title = element("th", column);
    title.scope = "col";
    head.append(title);
  }
  made.createTHead().append(head);
  const body = made.createTBody();
  for (const row of table.rows) {
    const line = element("tr");
    row.forEach((cell, index) => {
      line.append(cellOf(cell, `${place}, ${row[0].text}, ${table.columns[index]}`, index === 0));
    });
    body.append(line);
  }
  return made;
}

function groupOf(group) {
  const made = element("section");
  made.append(element("h2", group.title), element("p", group.note, "note"));
  for (const table of group.tables) {
    const scroll = element("div", undefined, "scroll");
    scroll.append(tableOf(table, `${group.title}, ${table.title}`));
    if (!table.rows.length) scroll.append(element("p", table.empty, "empty"));
    made.append(scroll);
  }
  return made;
}

function requestOf(request) {
  const line = element("tr");
  line.append(
    element("td", new Date(request.at).toLocaleTimeString("en-GB")),
    element("td", request.method, request.method === "GET" ? "read" : "write"),
    element("td", request.target),
    element("td", request.status ?? request.fault, (request.status ?? 500) < 400 ? "good" : "bad"),
  );
  return line;
}

function show(data) {
  document.getElementById("user").textContent = data.user;
  const meter = document.getElementById("meter");
  meter.max = data.meter.limit;
  meter.value = data.meter.remaining;
  document.getElementById("left").textContent = `${data.meter.remaining} of ${data.meter.limit}`;
  document.getElementById("news").replaceChildren();
  const groups = data.groups.map(groupOf);
  if (!groups.length) groups.push(element("p", "Nothing yet. New objects appear here.", "empty"));
  document.getElementById("groups").replaceChildren(...groups);
  document.querySelector("#requests tbody").replaceChildren(...data.requests.map(requestOf));
}

async function poll() {
  const state = document.getElementById("state");
  try {
    const response = await fetch("/_sandbox/console/data");
    if (!response.ok) throw new Error(response.status);
    const text = await response.text();
    if (text !== latest) show(JSON.parse(text));
    latest = text;
    if (state.textContent !== "live") state.textContent = "live";
  } catch {
    state.textContent = "no connection";
  }
  setTimeout(poll, PERIOD);
}

poll();
