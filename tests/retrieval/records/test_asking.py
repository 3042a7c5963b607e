"""Questions in English and the plans that rules make of them, on a Wednesday noon."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records.desk import RecordDesk
from tests.retrieval.records.asked import rows, shown
from tests.retrieval.records.small_fleet import NOW, STAFF

SUMS = """
How far did V-101 drive yesterday? | distance; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive? | distance; vehicle=V-101; 2026-10-28/2026-10-28T12:00
How many kilometres did the vans drive last week? | distance; class=van; 2026-10-19/2026-10-26
What distance did each vehicle cover yesterday? | distance; by vehicle; 2026-10-27/2026-10-28
Distance per depot yesterday | distance; by depot; 2026-10-27/2026-10-28
Distance by vehicle class this month | distance; by class; 2026-10-01/2026-10-28T12:00
Which vehicle drove the most yesterday? | distance; by vehicle; highest 1; 2026-10-27/2026-10-28
Which vehicles drove the least yesterday? | distance; by vehicle; lowest 5; 2026-10-27/2026-10-28
Top 3 vehicles by distance last week | distance; by vehicle; highest 3; 2026-10-19/2026-10-26
The 2 vehicles with the most harsh braking this week | harsh_braking; by vehicle; highest 2; 2026-10-26/2026-10-28T12:00
Which five vehicles had the most harsh braking this week? | harsh_braking; by vehicle; highest 5; 2026-10-26/2026-10-28T12:00
Which vehicle had the fewest harsh events on Tuesday? | harsh_events; by vehicle; lowest 1; 2026-10-27/2026-10-28
How many harsh braking events did V-101 have yesterday? | harsh_braking; vehicle=V-101; 2026-10-27/2026-10-28
Did V-102 idle more than 10 minutes yesterday? | idling_time; vehicle=V-102; idling_time > 10; closed; 2026-10-27/2026-10-28
Did V-101 brake hard yesterday? | harsh_braking; vehicle=V-101; harsh_braking > 0; closed; 2026-10-27/2026-10-28
How long was V-102 idling on Tuesday? | idling_time; vehicle=V-102; 2026-10-27/2026-10-28
Which vans drove more than 12 km yesterday? | distance; by vehicle; class=van; distance > 12; 2026-10-27/2026-10-28
How many vehicles drove more than 12 km yesterday? | distance; by vehicle; distance > 12; counting; 2026-10-27/2026-10-28
How many vans drove yesterday? | distance; by vehicle; class=van; distance > 0; counting; 2026-10-27/2026-10-28
Which vehicles did not drive yesterday? | distance; by vehicle; distance = 0; 2026-10-27/2026-10-28
Average distance per vehicle yesterday | distance; by vehicle; averaged; 2026-10-27/2026-10-28
Average distance per day last week | distance; per day; averaged; 2026-10-19/2026-10-26
Average speed of V-101 yesterday | average_speed; vehicle=V-101; 2026-10-27/2026-10-28
Top speed of V-101 yesterday | top_speed; vehicle=V-101; 2026-10-27/2026-10-28
How fast did V-101 go at most yesterday? | top_speed; vehicle=V-101; 2026-10-27/2026-10-28
Daily distance of V-101 last week | distance; per day; vehicle=V-101; 2026-10-19/2026-10-26
Trend of idling time this month | idling_time; per day; 2026-10-01/2026-10-28T12:00
Harsh braking per day for Northgate last week | harsh_braking; per day; depot=Northgate; 2026-10-19/2026-10-26
Compare the distance of V-101 and V-102 yesterday | distance; by vehicle; vehicle=V-101+V-102; 2026-10-27/2026-10-28
Distance yesterday versus the day before yesterday | distance; 2026-10-27/2026-10-28; beside 2026-10-26/2026-10-27
How much more did V-101 drive this week than last week? | distance; vehicle=V-101; 2026-10-26/2026-10-28T12:00; beside 2026-10-19/2026-10-21T12:00
Distance of all vehicles without V-101 yesterday | distance; vehicle≠V-101; 2026-10-27/2026-10-28
Distance per vehicle except vans yesterday | distance; by vehicle; class≠van; 2026-10-27/2026-10-28
Where is V-101? | list positions; vehicle=V-101
Where are the vans right now? | list positions; class=van
Which vehicles are driving right now? | list positions; by vehicle; state=driving
How many vehicles are parked? | list positions; by vehicle; state=parked; counting
Is V-101 driving? | list positions; vehicle=V-101; state=driving; closed
Show the route of V-101 yesterday | list routes; vehicle=V-101; 2026-10-27/2026-10-28
List the trips of V-101 yesterday | list trip_list; vehicle=V-101; 2026-10-27/2026-10-28
How many trips did V-101 make yesterday? | trips; vehicle=V-101; 2026-10-27/2026-10-28
Where did V-101 brake hard yesterday? | list braking_list; vehicle=V-101; 2026-10-27/2026-10-28
Which vehicles are due for service in the next two weeks? | list maintenance_due; by vehicle; 2026-10-29/2026-11-12
When is V-101 due for service? | list maintenance_due; vehicle=V-101
Is any maintenance overdue? | list maintenance_overdue; closed
How full is the battery of E-201? | level; vehicle=E-201
What is the fuel level of V-102? | level; vehicle=V-102
How much electricity did E-201 use yesterday? | electricity; vehicle=E-201; 2026-10-27/2026-10-28
How much fuel did the diesel vehicles use yesterday? | fuel; energy=diesel; 2026-10-27/2026-10-28
How many electric vehicles drove yesterday? | distance; by vehicle; energy=electric; distance > 0; counting; 2026-10-27/2026-10-28
Who drove the most yesterday? | distance; by driver; highest 1; 2026-10-27/2026-10-28
Driver score of D-1 last month | driver_score; driver=D-1; 2026-09-01/2026-10-01
Who has the worst driver score this month? | driver_score; by driver; lowest 1; 2026-10-01/2026-10-28T12:00
Which driver has the best score this month? | driver_score; by driver; highest 1; 2026-10-01/2026-10-28T12:00
Which depot has the highest idling share this week? | idling_share; by depot; highest 1; 2026-10-26/2026-10-28T12:00
"""
OTHERS = """
How many vehicles do we have? | vehicles_known
Distance on 25 October 2026 | distance; 2026-10-25/2026-10-26
Distance between 20 and 24 October | distance; 2026-10-20/2026-10-25
Distance from 08:00 to 10:00 yesterday | distance; 2026-10-27T08:00/2026-10-27T10:00
Distance this morning | distance; 2026-10-28T05:00/2026-10-28T12:00
Harsh events per 1,000 km by class last week | harsh_events_per_1000_km; by class; 2026-10-19/2026-10-26
CO2 emissions this year per month | co2; per month; 2026-01-01/2026-10-28T12:00
Utilisation of the vans last week | utilisation; class=van; 2026-10-19/2026-10-26
Speeding events of V-101 and V-102 last week | speeding_events; by vehicle; vehicle=V-101+V-102; 2026-10-19/2026-10-26
Distance of Corvanes yesterday | distance; model=Corvane 28+Corvane 35; 2026-10-27/2026-10-28
Visits to Quern Dairy last week | visits; place=Quern Dairy; 2026-10-19/2026-10-26
Idling hours per vehicle last week | idling_hours; by vehicle; 2026-10-19/2026-10-26
distnace of V-101 yestreday | distance; vehicle=V-101; 2026-10-27/2026-10-28
dist of v101 yday | distance; vehicle=V-101; 2026-10-27/2026-10-28
How far did van 101 drive yesterday? | distance; class=van; vehicle=V-101; 2026-10-27/2026-10-28
Miles driven by V-101 yesterday | distance; vehicle=V-101; 2026-10-27/2026-10-28
Which vehicles drove over 10 miles yesterday? | distance; by vehicle; distance > 16.0934; 2026-10-27/2026-10-28
Did the vans drive yesterday? | distance; class=van; distance > 0; closed; 2026-10-27/2026-10-28
How far did the van V-101 drive yesterday? | distance; class=van; vehicle=V-101; 2026-10-27/2026-10-28
Fuel level of V-101 today | level; vehicle=V-101
How many vehicles had more than 1 harsh braking yesterday? | harsh_braking; by vehicle; harsh_braking > 1; counting; 2026-10-27/2026-10-28
How many drivers drove yesterday? | distance; by driver; distance > 0; counting; 2026-10-27/2026-10-28
Vehicles with at least 2 harsh brakings yesterday | harsh_braking; by vehicle; harsh_braking >= 2; 2026-10-27/2026-10-28
Vehicles with no harsh braking yesterday | harsh_braking; by vehicle; harsh_braking = 0; 2026-10-27/2026-10-28
Distance of V-101 or V-102 yesterday | distance; by vehicle; vehicle=V-101+V-102; 2026-10-27/2026-10-28
Distance of V-101 per hour yesterday | distance; per hour; vehicle=V-101; 2026-10-27/2026-10-28
Distance of diesel vans from Northgate yesterday | distance; energy=diesel; class=van; depot=Northgate; 2026-10-27/2026-10-28
Harsh braking of V-101, V-102 and E-201 yesterday | harsh_braking; by vehicle; vehicle=E-201+V-101+V-102; 2026-10-27/2026-10-28
Did V-101 drive less than 20 km yesterday? | distance; vehicle=V-101; distance < 20; closed; 2026-10-27/2026-10-28
Did any vehicle drive more than 15 km yesterday? | distance; by vehicle; distance > 15; 2026-10-27/2026-10-28
Has V-101 moved today? | distance; vehicle=V-101; distance > 0; closed; 2026-10-28/2026-10-28T12:00
Distance yesterday V-101 by driver | distance; by driver; vehicle=V-101; 2026-10-27/2026-10-28
Number of vehicles | vehicles_known
How far did V-101 and E-201 drive together yesterday? | distance; vehicle=E-201+V-101; 2026-10-27/2026-10-28
Total distance yesterday | distance; 2026-10-27/2026-10-28
Distance in the last 7 days | distance; 2026-10-22/2026-10-28T12:00
Distance per week this month | distance; per week; 2026-10-01/2026-10-28T12:00
Who drove V-101 yesterday? | distance; by driver; vehicle=V-101; 2026-10-27/2026-10-28
What is the distance of V-101 yesterday? | distance; vehicle=V-101; 2026-10-27/2026-10-28
Which vehicle idled longest yesterday? | idling_time; by vehicle; highest 1; 2026-10-27/2026-10-28
Which model uses the most fuel per 100 km this week? | fuel_per_100_km; by model; highest 1; 2026-10-26/2026-10-28T12:00
Lowest battery level of the electric vans | level; by vehicle; energy=electric; lowest 5
Hello, could you tell me how far V-101 drove yesterday? Thank you | distance; vehicle=V-101; 2026-10-27/2026-10-28
Can you show me the trips of V-101 yesterday? | list trip_list; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday and how much fuel did it use? | distance, fuel; vehicle=V-101; 2026-10-27/2026-10-28
Vehicles with no more than 2 harsh brakings yesterday | harsh_braking; by vehicle; harsh_braking <= 2; 2026-10-27/2026-10-28
Vehicles with at most 2 harsh brakings yesterday | harsh_braking; by vehicle; harsh_braking <= 2; 2026-10-27/2026-10-28
Vehicles with a maximum of 2 harsh brakings yesterday | harsh_braking; by vehicle; harsh_braking <= 2; 2026-10-27/2026-10-28
How far did the van 101 drive yesterday? | distance; class=van; vehicle=V-101; 2026-10-27/2026-10-28
Did all vans drive more than 10 km yesterday? | distance; by vehicle; class=van; distance > 10; 2026-10-27/2026-10-28
Did any vehicle brake hard yesterday? | harsh_braking; by vehicle; harsh_braking > 0; 2026-10-27/2026-10-28
How many vehicles are there? | vehicles_known
How many vehicles are driving? | list positions; by vehicle; state=driving; counting
What is the mean distance per vehicle yesterday? | distance; by vehicle; averaged; 2026-10-27/2026-10-28
How many stops did each van make yesterday? | stops; by vehicle; class=van; 2026-10-27/2026-10-28
Which vehicles had harsh braking yesterday? | harsh_braking; by vehicle; harsh_braking > 0; 2026-10-27/2026-10-28
How many vans did not make a single trip yesterday? | trips; by vehicle; class=van; trips = 0; counting; 2026-10-27/2026-10-28
How many maintenance items are past due? | list maintenance_overdue; counting
Vans by distance yesterday, first three | distance; by vehicle; class=van; highest 3; 2026-10-27/2026-10-28
km V-101 today v yesterday | distance; vehicle=V-101; 2026-10-28/2026-10-28T12:00; beside 2026-10-27/2026-10-27T12:00
Which one used the most fuel yesterday, V-101 or V-102? | fuel; by vehicle; vehicle=V-101+V-102; highest 2; 2026-10-27/2026-10-28
Engine hours of V-101 w/c 12 October, split by day | engine_time; per day; vehicle=V-101; 2026-10-12/2026-10-19
Which was worse for speeding, last week or the week before? | speeding_events; 2026-10-19/2026-10-26; beside 2026-10-12/2026-10-19
How did V-101's distance change from last week to this week? | distance; vehicle=V-101; 2026-10-26/2026-10-28T12:00; beside 2026-10-19/2026-10-21T12:00
Did idling fall last week compared to the week before? | idling_time; 2026-10-19/2026-10-26; beside 2026-10-12/2026-10-19
Compare CO2 of 5–11 October with 12–18 October | co2; 2026-10-12/2026-10-19; beside 2026-10-05/2026-10-12
Which vans did not drive more than 50 km yesterday? | distance; by vehicle; class=van; distance <= 50; 2026-10-27/2026-10-28
Which vans did not drive at least 50 km yesterday? | distance; by vehicle; class=van; distance < 50; 2026-10-27/2026-10-28
Which vehicles not from Northgate drove most last week? | distance; by vehicle; depot≠Northgate; highest 5; 2026-10-19/2026-10-26
Who drove V-101 and V-102 yesterday? | distance; by vehicle, driver; vehicle=V-101+V-102; 2026-10-27/2026-10-28
Which vans made only one trip yesterday? | trips; by vehicle; class=van; trips = 1; 2026-10-27/2026-10-28
Which drivers had a single speeding event last week? | speeding_events; by driver; speeding_events = 1; 2026-10-19/2026-10-26
Fuel per day and vehicle last week | fuel; by vehicle; per day; 2026-10-19/2026-10-26
Idling per depot and day last week | idling_time; by depot; per day; 2026-10-19/2026-10-26
Are there vans that drove more than 200 km yesterday? | distance; by vehicle; class=van; distance > 200; 2026-10-27/2026-10-28
Who drove longest yesterday? | driving_time; by driver; highest 1; 2026-10-27/2026-10-28
Idling in the trucks last week | idling_time; class=truck; 2026-10-19/2026-10-26
Welche Transporter sind gestern weniger als 100 km gefahren? | distance; by vehicle; class=van; distance < 100; 2026-10-27/2026-10-28
How long was V-101 parked with the engine off yesterday? | standing_hours; vehicle=V-101; 2026-10-27/2026-10-28
How many stops did V-101 make at Northgate yesterday? | stops; vehicle=V-101; place=Northgate; 2026-10-27/2026-10-28
Which vehicles visited Northgate yesterday? | visits; by vehicle; place=Northgate; visits > 0; 2026-10-27/2026-10-28
Where did V-101 stop yesterday apart from Northgate? | list stop_list; vehicle=V-101; place≠Northgate; 2026-10-27/2026-10-28
How far did the vans at Northgate drive yesterday? | distance; class=van; depot=Northgate; 2026-10-27/2026-10-28
Harsh braking at Northgate last week | harsh_braking; depot=Northgate; 2026-10-19/2026-10-26
Which customers did V-101 visit yesterday? | visits; by place; place_kind=customer; vehicle=V-101; visits > 0; 2026-10-27/2026-10-28
How many customers did V-101 visit yesterday? | visits; by place; place_kind=customer; vehicle=V-101; visits > 0; counting; 2026-10-27/2026-10-28
Which customer was visited most last week? | visits; by place; place_kind=customer; highest 1; 2026-10-19/2026-10-26
Visits per customer last week | visits; by place; place_kind=customer; 2026-10-19/2026-10-26
electric vs. diesel, distance yesterday | distance; by energy; energy=diesel+electric; 2026-10-27/2026-10-28
Was V-101 on the move at all this week? | distance; vehicle=V-101; distance > 0; closed; 2026-10-26/2026-10-28T12:00
Wie hoch war der Leerlaufanteil der Transporter diese Woche? | idling_share; class=van; 2026-10-26/2026-10-28T12:00
Vergleiche die Strecke von V-101 und V-102 letzte Woche | distance; by vehicle; vehicle=V-101+V-102; 2026-10-19/2026-10-26
is V-101's total mileage today above yesterday's | distance; vehicle=V-101; 2026-10-28/2026-10-28T12:00; beside 2026-10-27/2026-10-28
Which electric van used the most power last week? | electricity; by vehicle; energy=electric; highest 1; 2026-10-19/2026-10-26
which van was speeding most often yesterday | speeding_events; by vehicle; class=van; highest 1; 2026-10-27/2026-10-28
Name the Northgate van that used the most diesel on Monday. | fuel; by vehicle; depot=Northgate; class=van; highest 1; 2026-10-26/2026-10-27
next service of V-101? | list maintenance_due; vehicle=V-101
Idling of the vans on this day last week | idling_time; class=van; 2026-10-21/2026-10-22
How many trips had V-101 made by this time yesterday? | trips; vehicle=V-101; 2026-10-27/2026-10-27T12:00
whats the mileage on V-101 at the moment | odometer; vehicle=V-101
Mileage of V-101 yesterday | distance; vehicle=V-101; 2026-10-27/2026-10-28
How much diesel did our three vans get through yesterday, all together? | fuel; class=van; 2026-10-27/2026-10-28
number of speding alerts for driver D-1 this month so far please | speeding_events; driver=D-1; 2026-10-01/2026-10-28T12:00
Did any of the vans do more than 110 km/h yesterday? | top_speed; class=van; top_speed > 110; closed; 2026-10-27/2026-10-28
How many different vehicles were out yesterday? | vehicles_active; 2026-10-27/2026-10-28
For the safety meeting: for how many minutes in total were vans idling last week? | idling_time; class=van; 2026-10-19/2026-10-26
For the board slide I need our CO2 for last week, whole fleet please. | co2; 2026-10-19/2026-10-26
How many stops did our vans make at Quern Dairy last week? They are querying the invoice | stops; class=van; place=Quern Dairy; 2026-10-19/2026-10-26
Electricity use of the fleet week by week in October, please. It's for the ESG report. | electricity; per week; 2026-10-01/2026-10-28T12:00
Before I talk to D-1: how many times has he been caught speeding so far this month? | speeding_events; driver=D-1; 2026-10-01/2026-10-28T12:00
Customer from the quarry is on the phone. Where is V-101? | list positions; vehicle=V-101
rank the depots by harsh events per 1000 km for last week, worst frist | harsh_events_per_1000_km; by depot; highest 5; 2026-10-19/2026-10-26
shwo me every trip V-101 has made today | list trip_list; vehicle=V-101; 2026-10-28/2026-10-28T12:00
I'd like to see the individual harsh braking events of V-101 last week, with times | list braking_list; vehicle=V-101; 2026-10-19/2026-10-26
How far did number 101 drive yesterday? | distance; vehicle=V-101; 2026-10-27/2026-10-28
Put the kilometres of the diesel and the electric vehicles for last week side by side for me | distance; by energy; energy=diesel+electric; 2026-10-19/2026-10-26
Which five vehicles used the most fuel last week? | fuel; by vehicle; highest 5; 2026-10-19/2026-10-26
litres per day for the Northgate vasn, last week | fuel; per day; depot=Northgate; class=van; 2026-10-19/2026-10-26
Wann muss V-101 zum service A? | list maintenance_due; vehicle=V-101
Ist V-101 schon wieder in Northgate? | list positions; vehicle=V-101; place=Northgate; closed
What was our worst day last week for harsh cornering? | harsh_cornering; per day; highest 1; 2026-10-19/2026-10-26
engine hours of V-101 from Monday 12 October up to and including Friday the 16th | engine_time; vehicle=V-101; 2026-10-12/2026-10-17
how many vans are driving at this minute | list positions; by vehicle; class=van; state=driving; counting
Has the fleet done more than 30,000 km this week yet? | distance; distance > 30000; closed; 2026-10-26/2026-10-28T12:00
Average consumption of the Corvane vans this month in l/100 km | fuel_per_100_km; class=van; model=Corvane 28+Corvane 35; 2026-10-01/2026-10-28T12:00
litres per hundred, Corvane 28 vs Corvane 35, last week | fuel_per_100_km; by model; model=Corvane 28+Corvane 35; 2026-10-19/2026-10-26
How far did V-101 drive yesterday? I think V-102 drove more. | distance; by vehicle; vehicle=V-101+V-102; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? The driver has complained. | distance; vehicle=V-101; 2026-10-27/2026-10-28
I'm checking the tacho printouts. How far did V-101 drive yesterday? | distance; vehicle=V-101; 2026-10-27/2026-10-28
How much more did the diesel vans drive than the electric ones last week? | distance; by energy; energy=diesel+electric; class=van; 2026-10-19/2026-10-26
Did all drivers score above 80 last week? | driver_score; by driver; driver_score > 80; 2026-10-19/2026-10-26
Which vehicles are at Northgate now? | list positions; by vehicle; place=Northgate
Distance of V-101 in the week of the 12th | distance; vehicle=V-101; 2026-10-12/2026-10-19
Which make drove the most yesterday? | distance; by model; highest 1; 2026-10-27/2026-10-28
Longest stop of V-101 yesterday | longest_stop; vehicle=V-101; 2026-10-27/2026-10-28
V-101, whereabouts now and is it moving? | list positions; vehicle=V-101
Where was V-101 yesterday? | list routes; vehicle=V-101; 2026-10-27/2026-10-28
"""


@pytest.mark.parametrize(("question", "plan"), rows(SUMS) + rows(OTHERS))
def test_a_question_becomes_the_plan_that_it_means(tiny: RecordDesk, question: str, plan: str) -> None:
    assert shown(tiny.ask(question, STAFF, NOW)) == plan
