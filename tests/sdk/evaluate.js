// Copyright: the reseller.toolkit contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lets an SDK for Node evaluate: node evaluate.js PACKAGE SDK-KEY BASE-URL [POLL-SECONDS]
// Reads one JSON object a line, {"refresh": true} or {"key", "default", "users"}, and answers each with a line.
"use strict";

const readline = require("node:readline");

const [name, sdkKey, baseUrl, pollSeconds] = process.argv.slice(2);
const sdk = require(name);
const client = pollSeconds
  ? sdk.getClient(sdkKey, sdk.PollingMode.AutoPoll, { baseUrl, pollIntervalSeconds: Number(pollSeconds) })
  : sdk.getClient(sdkKey, sdk.PollingMode.ManualPoll, { baseUrl });

async function answer(question) {
  if (question.refresh) {
    const result = await client.forceRefreshAsync();
    return result.errorMessage ?? null;
  }
  const values = [];
  for (const user of question.users) {
    const given = user && new sdk.User(user.identifier, user.email, user.country, user.custom);
    values.push(await client.getValueAsync(question.key, question.default, given ?? undefined));
  }
  return values;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
  }
  client.dispose();
}

main();
