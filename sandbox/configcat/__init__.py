# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat: the public management API, and what its SDKs read; one file per family of resources.

A family brings a ``router``, a ``router_v2`` if it has operations of version 2, and the ``SCHEMA`` of its tables if it
keeps anything; all are listed in ``service.py``.

Decisions where the vendor's description is incomplete:

- A refusal is an object of problem details (RFC 9457) with ``errors`` by property, a 401 has no body. Values of V2
configs are refused with texts by property alone, and what concerns a request as a whole with a plain text: clients of
the vendor have met all three.
- Names may occur twice, keys of settings may not. Required texts and changed names must not be empty.
- In an update, missing or null properties stay unchanged.
- Replacing values requires a value: no value of a setting is null.
- ``PATCH`` takes an array of operations (RFC 6902). The described object with ``operations`` is refused: no client of
the vendor sends it.
- Settings that a bulk write does not list stay as they are.
- Calls for values of V1 configs are refused for V2 configs, and the other way round.
- A setting can't be its own prerequisite, not even over others. Prerequisites belong to the same config.
- Only the last targeting rule of a V2 config may have no conditions, and then it has percentages.
- Objects in use (a setting that is a prerequisite, a segment in a rule, a permission group with members) can't be
deleted: 400.
- A new invitation to the same address of a product replaces the first, and an invitation expires after two weeks.
- The members of an organization (v2) are all its members, also those with a role; an organization keeps an
administrator.
- An ``order`` is kept as it is given: several objects can have the same one, and are then shown by their age.
- A setting that another one begins with is of the same config and type.
- An audit log names what happened in the words of its type.
- Links (``_links``) are objects with ``href``, as HAL has them, although the description shows texts.
"""
