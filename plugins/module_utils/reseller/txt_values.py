# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of TXT records: as people write them, as zone files have them, and as the API shows them.

Private to the collection. People write a text as it is, or in the form of a zone file: quoted pieces, also in
parentheses and with a comment (RFC 1035, 5.1). Whatever else looks like a part of a zone file or of a web page is
refused: it would be published as it stands, and nobody would see why a mail is refused.
"""

from __future__ import annotations

import re
import unicodedata

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: The longest piece of a TXT record, in bytes (RFC 1035, 3.3.14); longer texts are several pieces in one record.
TXT_CHUNK = 255
#: What begins a value in the form of a zone file. A text such as `(c) 2026` does not.
ZONE_FILE_FORM = re.compile(r'"|\((?=[\s";()]|$)')
#: A whole line of a zone file, as opendkim-genkey writes it: name, time to live, class, type.
ZONE_FILE_LINE = re.compile(r'\S+\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+["(]', re.IGNORECASE)
#: What a zone file needs to escape, and a text that is not quoted does not.
ZONE_FILE_ESCAPE = re.compile(r'\\(?:[;"()@$]|[0-9]{3})')
#: A quoted piece, and an escape in one: a byte by its number, or any other character.
QUOTED_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPE = re.compile(r"\\(?:([01][0-9]{2}|2[0-4][0-9]|25[0-5])|(.))", re.DOTALL)
#: The characters besides the space that can't be seen, or that are no characters (Unicode Standard Annex #44).
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
#: Quotation marks that word processors and web pages put in the place of the straight one.
TYPOGRAPHIC = frozenset("\u201c\u201d\u201e\u00ab\u00bb\u2033")


def text_of(option: str, value: str) -> str:
    """Return the text that a value stands for, as a user writes it.

    Raises:
        ToolkitError: ``invalid_option``, for what surely is not meant.
    """
    text = value.strip()
    meant = _joined(option, text) if ZONE_FILE_FORM.match(text) else _checked(option, text)
    if not meant:
        raise invalid(option, "a TXT record needs a text.")
    return meant


def shown_text(content: str) -> str:
    """Return the text that the content of a record stands for, as the API shows it; none is refused."""
    return unquoted(content.strip())


def written_text(text: str) -> str:
    """Return a text as users write it and the API takes it: quoted if it would be misread or refused as it is."""
    try:
        plain = _checked("", text) == text == shown_text(text) and not ZONE_FILE_FORM.match(text)
    except ToolkitError:
        plain = False
    return text if plain else quoted_text(text)


def _checked(option: str, text: str) -> str:
    """Return a text that is not in the form of a zone file.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if ZONE_FILE_LINE.match(text):
        raise invalid(option, f"{_begin(text)} is a whole line of a zone file; give what follows TXT in it.")
    _check_seen(option, text)
    escape = ZONE_FILE_ESCAPE.search(text)
    if escape:
        raise invalid(
            option,
            f"{_begin(text)} has {escape.group()}, an escape of zone files. Write the character itself, or put all of "
            "the text in double quotes, where escapes count.",
        )
    if text[:1] in TYPOGRAPHIC or text[-1:] in TYPOGRAPHIC:
        raise invalid(option, f"{_begin(text)} stands in typographic quotation marks; write straight ones, or none.")
    if text.startswith("v=") and not text.isascii():
        odd = next(character for character in text if not character.isascii())
        raise invalid(
            option, f"{_begin(text)} has {_named(odd)}, and texts such as SPF, DKIM and DMARC are ASCII. {_BY_NUMBER}"
        )
    return text


def _check_seen(option: str, text: str) -> None:
    if text.isprintable():
        return
    for character in text:
        if character != " " and unicodedata.category(character) in UNSEEN and not _is_byte(character):
            what = "a line break" if character in "\r\n" else f"the unseen character {_named(character)}"
            raise invalid(option, f"{_begin(text)} has {what}. {_BY_NUMBER}")


_BY_NUMBER = (
    "If it is meant, put the whole text in double quotes, and the bytes of the character in decimal: \\195\\169."
)


def _is_byte(character: str) -> bool:
    """Return whether it stands for a byte that is no part of a character (PEP 383)."""
    return "\udc80" <= character <= "\udcff"


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"


def _begin(text: str) -> str:
    """Return the beginning of a text for a message, in ASCII, so that what can't be seen is seen."""
    return ascii(text if len(text) <= 40 else text[:40] + "…")


def _joined(option: str, text: str) -> str:
    """Return the text of a value in the form of a zone file: its quoted pieces, without comments, joined.

    Raises:
        ToolkitError: ``invalid_option``, for what RFC 1035, 5.1 does not allow, and for a further line outside of
            parentheses, which would be another record.
    """
    content = bytearray()
    position, is_open, ended = 0, False, False
    while position < len(text):
        character = text[position]
        if character == ";":
            position = _line_end(text, position)
        elif character in "\r\n":
            ended, position = not is_open, position + 1
        elif character in " \t":
            position += 1
        elif ended:
            raise invalid(
                option, f"{_begin(text)} continues in another line, which needs parentheses around all pieces."
            )
        elif character == '"':
            piece, position = _piece(option, text, position)
            content += piece
        elif character in "()" and is_open == (character == ")"):
            is_open, position = not is_open, position + 1
        else:
            raise invalid(
                option, f"{_begin(text)} begins as a zone file has it, and has {character!a} outside of quotes."
            )
    if is_open:
        raise invalid(option, f"{_begin(text)} lacks the closing parenthesis.")
    return content.decode("utf-8", "surrogateescape")


def _line_end(text: str, position: int) -> int:
    found = re.compile(r"[\r\n]|$").search(text, position)
    return found.start() if found else len(text)


def _piece(option: str, text: str, start: int) -> tuple[bytes, int]:
    """Return the bytes of a quoted piece, and where it ends.

    Args:
        option: for the message.
        text: the whole value.
        start: where the piece begins, at its quote.
    """
    found = QUOTED_PIECE.match(text, start)
    if found is None:
        raise invalid(option, f"{_begin(text)} lacks the closing quote.")
    piece = found.group(1)
    # A digit is part of three that are one byte, and a line break can't be escaped.
    if any(escape.group(2) and escape.group(2) in "0123456789\r\n" for escape in ESCAPE.finditer(piece)):
        raise invalid(
            option, rf"{_begin(text)} has an escape that is none: \ is followed by a character or by 000 to 255."
        )
    _check_seen(option, piece)
    return _bytes_of(piece), found.end()


def unquoted(value: str) -> str:
    """Return a text with quoted pieces joined and their escapes resolved; what is not wholly quoted stays as it is."""
    if not re.fullmatch(rf"\s*({QUOTED_PIECE.pattern}\s*)+", value, re.DOTALL):
        return value
    content = b"".join(_bytes_of(found.group(1)) for found in QUOTED_PIECE.finditer(value))
    return content.decode("utf-8", "surrogateescape")


def _bytes_of(piece: str) -> bytes:
    """Return the bytes of what stands between two quotes; an odd escape is the character after its backslash."""
    content, end = bytearray(), 0
    for escape in ESCAPE.finditer(piece):
        content += piece[end : escape.start()].encode("utf-8", "surrogateescape")
        number, character = escape.groups()
        content += bytes([int(number)]) if number else character.encode("utf-8", "surrogateescape")
        end = escape.end()
    return bytes(content) + piece[end:].encode("utf-8", "surrogateescape")


def quoted_text(text: str) -> str:
    """Return a text in quoted pieces of at most `TXT_CHUNK` bytes (RFC 1035, 5.1)."""
    content = text.encode("utf-8", "surrogateescape")
    pieces = [content[start : start + TXT_CHUNK] for start in range(0, len(content), TXT_CHUNK)] or [b""]
    return " ".join('"' + "".join(_escaped(byte) for byte in piece) + '"' for piece in pieces)


def _escaped(byte: int) -> str:
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03d}"
