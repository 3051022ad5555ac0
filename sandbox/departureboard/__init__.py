# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""departureboard.io (v2.0): boards of some real stations, with an invented timetable that follows the virtual clock.

Nothing is stored: `timetable` derives every service, its delay and its cancellation from its line and its time, so that
the same moment always has the same board. Services run all day and night.

Decisions where the vendor's documentation is incomplete:

- Errors are an object with a text, ``error``; a missing key is a 401, like a wrong one.
- Codes of stations are accepted in any case.
- A code that no station has is a 400, a code without a station in ``getStationBasicInfo`` and
  ``getStationDetailsByCRS`` a 404. So is the id of a service that the timetable does not have (any more).
- ``filterType`` is ``to`` or ``from``, and is ignored without ``filterStation``.
- Lists without content are null, and so are flags that do not apply, as in the documented examples.
- A destination without a service in the time window is listed with a null ``service``.
- The properties of a station's details are those of National Rail's own feed of stations, in small number.
"""
