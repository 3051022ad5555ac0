// Copyright: the reseller.toolkit contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Takes one screenshot with Firefox by WebDriver BiDi. Standard input is JSON with the URL, the size and the function
// that lists elements; standard output is JSON with the picture in base64 and the elements.
const { readFileSync } = require("node:fs");
const puppeteer = require("puppeteer-core");

const asked = JSON.parse(readFileSync(0, "utf-8"));

const main = async () => {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: asked.executable,
    headless: true,
    // Firefox takes its size from its arguments.
    defaultViewport: null,
    args: [`--width=${asked.width}`, `--height=${asked.height}`],
    extraPrefsFirefox: {
      // Everything that is not on loopback goes to a proxy where nobody listens.
      "network.proxy.type": 1,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": 9,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": 9,
      "network.proxy.socks": "127.0.0.1",
      "network.proxy.socks_port": 9,
      "network.proxy.socks_remote_dns": true,
      "network.proxy.no_proxies_on": "localhost, .localhost, 127.0.0.1, [::1]",
      // Other addresses on loopback would go around the proxy.
      "network.proxy.allow_hijacking_localhost": true,
      "network.proxy.failover_direct": false,
      "network.dns.disablePrefetch": true,
      "network.http.http3.enable": false,
      "media.peerconnection.enabled": false,
      "ui.prefersReducedMotion": 1,
    },
  });
  try {
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    const response = await page.goto(asked.url, { waitUntil: "load", timeout: 30000 });
    if (response && response.status() >= 400) throw new Error(`the page answered with HTTP ${response.status()}`);
    await new Promise((resolve) => setTimeout(resolve, asked.delay));
    const png = await page.screenshot({ fullPage: true, encoding: "base64" });
    const elements = await page.evaluate(`(${asked.elements})()`);
    process.stdout.write(JSON.stringify({ png, elements }));
  } finally {
    await browser.close();
  }
};

main().catch((error) => {
  process.stderr.write(`${String(error.message).split("\n")[0]}\n`);
  process.exitCode = 1;
});
