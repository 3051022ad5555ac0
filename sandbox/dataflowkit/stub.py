# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files without a browser, for tests on machines that have none: the text of a page, without its scripts and styles."""

from __future__ import annotations

import time
from hashlib import sha256
from io import BytesIO

from bs4 import BeautifulSoup
from PIL import Image

from sandbox.dataflowkit.base_fetcher import Loaded

LINES = 60
LONGEST_LINE = 90


def pdf(page: Loaded) -> bytes:
    """Return a PDF of one page with the text of a web page and the time when it was made (ISO 32000-1)."""
    text = BeautifulSoup(page.html, "html.parser").get_text("\n", strip=True)
    lines = [_escaped(line[:LONGEST_LINE]) for line in text.splitlines()[:LINES]]
    content = "BT /F1 10 Tf 12 TL 40 800 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    now = time.strftime("D:%Y%m%d%H%M%SZ", time.gmtime())
    objects = [
        f"<< /Creator (stub) /CreationDate ({now}) /ModDate ({now}) >>",
        "<< /Type /Catalog /Pages 3 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    name = sha256(f"{now} {time.time_ns()}".encode()).hexdigest()[:32]
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    trailer = f"<< /Size {len(objects) + 1} /Info 1 0 R /Root 2 0 R /ID [<{name}> <{name}>] >>"
    return f"{body}{trailer}\nstartxref\n{body.index('xref')}\n%%EOF\n".encode("latin-1")


def _escaped(line: str) -> str:
    latin = line.encode("latin-1", "replace").decode("latin-1")
    return latin.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def picture(page: Loaded, width: int, height: int, form: str) -> bytes:
    """Return a picture (``png`` or ``jpeg``) of one color, which the content of a web page decides."""
    red, green, blue = sha256(page.html.encode()).digest()[:3]
    content = BytesIO()
    Image.new("RGB", (width, height), (red, green, blue)).save(content, form)
    return content.getvalue()
