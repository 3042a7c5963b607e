"""Questions in German and the plans that rules make of them."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records.desk import RecordDesk
from tests.retrieval.records.asked import rows, shown
from tests.retrieval.records.small_fleet import NOW, STAFF

TABLE = """
Wie weit ist V-101 gestern gefahren? | distance; vehicle=V-101; 2026-10-27/2026-10-28
Welches Fahrzeug ist gestern am weitesten gefahren? | distance; by vehicle; highest 1; 2026-10-27/2026-10-28
Welche Fahrzeuge hatten letzte Woche die meisten Vollbremsungen? | harsh_braking; by vehicle; highest 5; 2026-10-19/2026-10-26
Wie lange war V-102 gestern im Leerlauf? | idling_time; vehicle=V-102; 2026-10-27/2026-10-28
Wo ist V-101? | list positions; vehicle=V-101
Wie viele Fahrzeuge sind gerade unterwegs? | list positions; by vehicle; state=driving; counting
Wie viele Fahrten hatte V-101 gestern? | trips; vehicle=V-101; 2026-10-27/2026-10-28
Kilometer pro Fahrzeug letzte Woche | distance; by vehicle; 2026-10-19/2026-10-26
Wie viel Strom hat E-201 gestern verbraucht? | electricity; vehicle=E-201; 2026-10-27/2026-10-28
Durchschnittliche Strecke pro Fahrzeug gestern | distance; by vehicle; averaged; 2026-10-27/2026-10-28
Welche Transporter sind gestern mehr als 12 km gefahren? | distance; by vehicle; class=van; distance > 12; 2026-10-27/2026-10-28
Hatte V-101 gestern eine Vollbremsung? | harsh_braking; vehicle=V-101; harsh_braking > 0; closed; 2026-10-27/2026-10-28
Strecke ohne V-101 gestern | distance; vehicle≠V-101; 2026-10-27/2026-10-28
Top 3 Fahrzeuge nach Strecke letzte Woche | distance; by vehicle; highest 3; 2026-10-19/2026-10-26
Wann ist die Wartung von V-101 fällig? | list maintenance_due; vehicle=V-101
Höchstgeschwindigkeit von V-101 gestern | top_speed; vehicle=V-101; 2026-10-27/2026-10-28
Wie viele Fahrzeuge sind gestern gefahren? | distance; by vehicle; distance > 0; counting; 2026-10-27/2026-10-28
"""


@pytest.mark.parametrize(("question", "plan"), rows(TABLE))
def test_a_german_question_becomes_the_plan_that_it_means(tiny: RecordDesk, question: str, plan: str) -> None:
    assert shown(tiny.ask(question, STAFF, NOW)) == plan
