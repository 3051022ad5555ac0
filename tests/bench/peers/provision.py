# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as a reseller would write it without a collection: one customer with `requests`, jobs polled every five
seconds.

``provision.py IDENTIFIER CSR_FILE``, the rest from the environment. It creates a new customer and ignores existing
ones, lost responses and the rate limit.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import requests
from filter_plugins.signed import signed  # type: ignore[import-not-found]

URL, PASSWORD = os.environ["RESELLER_API_URL"], os.environ["PEER_PASSWORD"]
PAUSE = 5
SESSION = requests.Session()


def call(method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
    """Send one request."""
    content = "" if body is None else json.dumps(body)
    headers = {"Authorization": signed(f"{method} {path}", content), "Content-Type": "application/json"}
    answer = SESSION.request(method, URL + path, data=content, headers=headers, allow_redirects=False, timeout=30)
    answer.raise_for_status()
    return answer


def finished(answer: requests.Response) -> str:
    """Wait for the job of an order; return the path of the new object."""
    while True:
        job = call("GET", answer.headers["Location"])
        if job.status_code == 201:
            return str(job.json()["resource_links"][0])
        time.sleep(PAUSE)


def main() -> None:
    """Order an account, a database, a user of it, and a certificate."""
    identifier, csr = sys.argv[1], Path(sys.argv[2]).read_text()
    account = {"identifier": identifier, "servicepack_id": 1002, "ftp_password": PASSWORD}
    account_id = int(finished(call("POST", "/v2/accounts", account)).rsplit("/", 1)[1])
    order = {"account_id": account_id, "database_name": "shop", "password": PASSWORD}
    database = finished(call("POST", "/v2/mysqldatabases", order))
    finished(call("POST", f"{database}/users", {"name": "reports", "password": PASSWORD}))
    wanted = {"csr": csr, "certificate_type": "standard", "validation_level": "domain_validated"}
    certificate = call("POST", "/v2/sslcertificaterequests", wanted).headers["Location"]
    for validation in call("GET", certificate).json()["validations"]:
        name = validation["cname_validation_name"].removesuffix("." + identifier)
        record = {"type": "CNAME", "record_name": name, "content": validation["cname_validation_content"], "ttl": 3600}
        call("POST", f"/v2/dns/{identifier}/records", record)
    call("PUT", certificate)
    while call("GET", certificate).status_code == 200:
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
