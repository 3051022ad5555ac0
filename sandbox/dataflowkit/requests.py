# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies of requests. Unknown properties are noted and ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from sandbox.endpoint import Body

Proxy = Annotated[str, Field(pattern="^country-(any|[a-zA-Z]{2})$")]
Delay = Annotated[float, Field(ge=0, le=3600)]
Kind = Literal["base", "chrome"]
Format = Literal["csv", "json", "jsonl", "xml", "excel"]


class Camel(Body):
    """A body whose properties are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False)


class Cookie(Camel):
    """A cookie as the extension EditThisCookie exports it."""

    name: str
    value: str
    domain: str = ""
    path: str = "/"
    expiration_date: float | None = None
    host_only: bool = False
    http_only: bool = False
    secure: bool = False
    session: bool = False
    same_site: Literal["unspecified", "strict", "lax", "no_restriction"] = "unspecified"
    id: float | None = None
    store_id: str | None = Field(default=None, alias="storeID")

    @model_validator(mode="before")
    @classmethod
    def _as_exported(cls, data: Any) -> Any:
        """Accept ``storeId``, the name in exports, for ``storeID``, the one in the description."""
        if isinstance(data, dict) and "storeId" in data:
            return {"storeID" if name == "storeId" else name: value for name, value in data.items()}
        return data


class Page(Camel):
    """What all ways to load a page have in common."""

    url: str
    proxy: Proxy | None = None
    wait_delay: Delay | None = None
    initial_cookies: list[Cookie] = Field(default_factory=list)
    ignore_http_status_err_codes: bool = Field(default=False, alias="ignoreHTTPStatusErrCodes")
    actions: list[dict[str, Any]] = Field(default_factory=list)
    output: Literal["buffer", "file"] = "buffer"


class Fetch(Page):
    """A page to load; ``type`` is described as required, and as ``base`` if omitted."""

    type: Kind = "base"


class Filter(Camel):
    """A change of a value."""

    name: Literal["trim", "normal", "uppercase", "lowercase", "capitalize", "concatinate", "regex"]
    param: str = ""


class Extract(Camel):
    """A field: the elements to find, and what to take of each."""

    name: str
    selector: str
    type: Literal[0, 1, 2]
    attrs: list[Literal["text", "href", "src", "alt"]]
    filters: list[Filter] = Field(default_factory=list)
    details: Parse | None = None


class Paginator(Camel):
    """How to get to the next page, and how many pages to read."""

    next_page_selector: str
    page_num: Annotated[int, Field(ge=1, le=1000)] = 1


class Parse(Camel):
    """Data to extract from pages. ``request`` is missing in details, and its parts may be beside it."""

    name: str = ""
    format: Format = "json"
    fields: list[Extract] = Field(default_factory=list)
    request: Fetch | None = None
    common_parent: str = ""
    paginator: Paginator | None = None
    path: bool = False
    url: str | None = None
    type: Kind | None = None
    proxy: Proxy | None = None

    def page(self) -> Fetch | None:
        """Return what to load."""
        if self.request is not None:
            return self.request
        if self.url is None:
            return None
        return Fetch.model_validate({"url": self.url, "type": self.type or "base"})


class Serp(Parse):
    """A result page of a search engine. Without fields, those of the sandbox's own result pages are taken."""

    page_num: Annotated[int, Field(ge=1, le=1000)] = 1


class Pdf(Page):
    """A page to print. Lengths are in inches."""

    wait_delay: Delay | None = 0.5
    landscape: bool = False
    margin_top: float = 0.4
    margin_bottom: float = 0.4
    margin_left: float = 0.4
    margin_right: float = 0.4
    page_ranges: str = ""
    paper_size: Literal["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid"] = "A4"
    print_background: bool = False
    print_header_footer: bool = False
    scale: Annotated[float, Field(ge=0.1, le=5)] = 1


class Screenshot(Page):
    """A page to take a picture of. Lengths are in device independent pixels."""

    wait_delay: Delay | None = 0.5
    format: Literal["png", "jpeg"] = "png"
    quality: Annotated[int, Field(ge=0, le=100)] = 80
    full_page: bool = False
    clip_selector: str = ""
    offsetx: int = 0
    offsety: int = 0
    width: Annotated[int, Field(ge=1, le=10_000)] = 800
    height: Annotated[int, Field(ge=1, le=10_000)] = 600
    scale: Annotated[float, Field(ge=0.1, le=3)] = 1
    print_background: bool = False


Extract.model_rebuild()
