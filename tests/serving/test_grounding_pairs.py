"""Claims and sources that look alike: what the check must release, and what it must withhold."""

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.units import units
from surefoot.serving.grounding import Grounding, Verdict, read_claim
from tests.serving.parts import a_passage

TERMS = Bm25().terms


def judged(claim: str, source: str, question: str = "What does the rule say?") -> Verdict:
    return Grounding(TERMS).check(read_claim(claim), units([a_passage(source, "Handbook")]), question)


SAME = [
    ("The fee is 8500 euro a year.", "The fee is EUR 8,500 a year."),
    ("The fee is 8.500,50 euro a year.", "The fee is 8,500.50 euro a year."),
    ("Die Gebühr beträgt 1.250,5 Euro im Jahr.", "Die Gebühr beträgt 1250,50 Euro im Jahr."),
    ("La tarifa es de 12 000 euros al año.", "La tarifa es de 12.000 euros al año."),
    ("The offer ends on 3 March 2026.", "The offer ends on 2026-03-03."),
    ("The offer ends on 2026-03-03.", "The offer ends on 03/03/2026."),
    ("The offer ends on March 3, 2026.", "The offer ends on 3 March 2026."),
    ("Das Angebot endet am 3. März 2026.", "Das Angebot endet am 03.03.2026."),
    ("The office closes at 5 pm on weekdays.", "The office closes at 17:00 on weekdays."),
    ("The repair takes 90 minutes in the workshop.", "The repair takes one and a half hours in the workshop."),
    ("The guarantee lasts 24 months from delivery.", "The guarantee lasts two years from delivery."),
    ("The pipe is 1.5 m long and made of steel.", "The pipe is 150 cm long and made of steel."),
    ("A share of 12 % is refunded to the buyer.", "A share of 12 per cent is refunded to the buyer."),
    ("Delivery takes between 3 and 5 days.", "Delivery takes 3–5 days."),
    ("Delivery takes 3 to 5 days.", "Delivery takes between three and five days."),
    ("The window is thirty days after delivery.", "The window is 30 days after delivery."),
    ("The window is 30 days after delivery.", "The window is ３０ days after delivery."),
    ("The window is 30 days after delivery.", "The window is ٣٠ days after delivery."),
    ("The window is 30 days after delivery.", "The window is 3\u200b0 days after deli\u00advery."),
    ("The window is 30 days after delivery.", "The window is 30¹ days after delivery."),
    ("The window is 30 days after delivery.", "The window is 30 days [2] after delivery."),
    ("Refunds are paid within 30 days.", "Refunds are paid in up to 30 days."),
    ("Smoking is forbidden in the hall.", "Smoking is not allowed in the hall."),
    ("Guests cannot enter the server room.", "Guests must not enter the server room."),
    ("Nobody enters the server room without a badge.", "No one enters the server room without a badge."),
    ("A deposit is not required from members.", "Members are exempt from the deposit."),
    ("The TL5 lift carries 500 kg.", "The TL-5 lift carries 500 kg."),
    ("Twelve photographs are taken at the scene.", "At the scene 12 photographs are taken."),
    ("The Authority decides within 20 working days.", "Within 20 business days the Authority decides."),
    ("The cleaner is mixed 1:200 with water.", "The cleaner is mixed 1 : 200 with water."),
    ("The cleaner is mixed 1:200 with water.", "The cleaner is mixed 1 to 200 with water."),
    ("Drivers are paid 1/2 of the daily allowance.", "Drivers are paid ½ of the daily allowance."),
    ("Drivers are paid 2/3 of the daily allowance.", "Drivers are paid two thirds of the daily allowance."),
    ("Drivers are paid half of the allowance.", "Drivers are paid 1/2 of the allowance, and a quarter is kept."),
    ("Vans are washed daily.", "Vans are washed every day and waxed weekly."),
    ("The tank is checked annually.", "The tank is checked every 12 months and the pump monthly."),
    ("The brake is tested yearly by a third party.", "The brake is tested annually by a third party."),
    ("The wash of a van takes half an hour.", "The wash of a van takes 30 minutes, a quarter of the shift."),
    (
        "The reports of 2025/26 are kept with Regulation 2016/679.",
        "Reports of 2025/26 and Regulation 2016/679 are kept.",
    ),
    ("Trucks need at least 53 % on the rollers.", "Vans need at least 58 % on the rollers and trucks at least 53 %."),
]

OTHER = [
    ("The window is 45 days after delivery.", "The window is 30 days after delivery.", "30 days"),
    ("The limit is 60 miles for vans.", "The limit is 60 km for vans.", "60"),
    ("The reply comes after 5 days.", "The reply comes after 5 working days.", "5"),
    ("The fee is 8.5 euro a year.", "The fee is EUR 8,500 a year.", "8,500"),
    ("The pad is 3.2 cm thick.", "The pad is 3.2 mm thick.", "3.2 mm"),
    ("Tighten the nut to 190 bar.", "Tighten the nut to 190 Nm.", "190"),
    ("The offer ends on 4 March 2026.", "The offer ends on 2026-03-03.", "2026-03-03"),
    ("The offer ends on 3 March 2025.", "The offer ends on 2026-03-03.", "2026"),
    ("The office closes at 6 pm on weekdays.", "The office closes at 17:00 on weekdays.", "18:00"),
    (
        "Van pads are changed at 3 mm and truck pads at 2 mm.",
        "Van pads are changed at 2 mm and truck pads at 3 mm.",
        "mm",
    ),
    (
        "Service A is booked 10 days ahead.",
        "A Service A is booked 5 days ahead and a Service B 10 days ahead.",
        "5 days",
    ),
    ("Gifts are limited to 95 euro.", "The limit is 45 euro for gifts and 95 euro for hospitality.", "45 euro"),
    ("Ten attempts lock the record for 3 hours.", "Three attempts lock the record for 10 hours.", "Three attempts"),
    ("A share of 12 percentage points is refunded.", "A share of 12 % is refunded.", "12"),
    ("Delivery takes between 3 and 7 days.", "Delivery takes between 3 and 5 days.", "5 days"),
    ("Version 2.4.1 needs a licence key.", "Version 2.4.7 needs a licence key.", "2.4.1"),
    ("The TL-15 lift carries 500 kg.", "The TL-5 lift carries 500 kg.", "TL-15"),
    ("Pads of the Corvane 28 are changed every year.", "Pads of the Corvane 35 are changed every year.", "Corvane 28"),
    ("The report goes to the Bureau each month.", "The report goes to the Authority each month.", "Bureau"),
    ("Losses are told to the incident desk at once.", "Losses are told to the card team at once.", "incident desk"),
    ("The window is 3O days after delivery.", "The window is 30 days after delivery.", "3O"),
    ("Visitors may enter the server room.", "Visitors must not enter the server room.", "not"),
    ("Visitors must wear a badge in the hall.", "Visitors may wear a badge in the hall.", "may"),
    ("Smoking is allowed in the hall.", "Smoking is forbidden in the hall.", "forbidden"),
    ("Brakes are not checked in winter.", "Brakes are checked in winter.", "not"),
    (
        "The record is locked, and it can be opened by phone.",
        "The record is locked, and it cannot be opened by phone.",
        "not",
    ),
    ("The form is filed after the start date.", "The form is filed before the start date.", "before"),
    ("The price includes the tax and delivery.", "The price excludes the tax and delivery.", "excludes"),
    (
        "Children travel with a guardian on night trains.",
        "Children travel without a guardian on night trains.",
        "without",
    ),
    ("At least 30 people may stay in the hall.", "At most 30 people may stay in the hall.", "at most"),
    ("Alarms sound above 5 bar in the line.", "Alarms sound below 5 bar in the line.", "less than"),
    ("All staff attend the yearly course.", "Some staff attend the yearly course.", "some"),
    ("Only managers approve a purchase.", "Managers approve a purchase.", "only"),
    ("Everybody enters the server room.", "Nobody enters the server room.", "nobody"),
    ("The lift is switched on in a storm.", "The lift is never switched on in a storm.", "never"),
    ("Drivers are paid 2/5 of the daily allowance.", "Drivers are paid 2/3 of the daily allowance.", "2/3"),
    ("Drivers are paid 2/5 of the daily allowance.", "Drivers are paid two thirds of the daily allowance.", "2/5"),
    ("The cleaner is mixed 1:200 with water.", "The cleaner is mixed 1:100 with water.", "1:100"),
    ("Vans are washed daily at the depot.", "Vans are washed weekly at the depot.", "weekly"),
    ("Vans are washed monthly at the depot.", "Vans are washed weekly at the depot.", "weekly"),
    ("The annual report goes to the Authority.", "The quarterly report goes to the Authority.", "quarterly"),
    ("The wash takes a quarter of an hour.", "The wash takes half an hour.", "half"),
    ("A quarter of the deposit is refunded.", "A third of the deposit is refunded.", "third"),
    ("Note 2 days of leave for the move.", "Note leave for the move [2].", "2 days"),
]


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_a_claim_that_says_the_same_in_another_form_is_released(claim: str, source: str) -> None:
    verdict = judged(claim, source)
    assert verdict.supported, verdict.reason


@pytest.mark.parametrize(("claim", "source", "word"), OTHER)
def test_a_claim_that_says_something_else_in_nearly_the_same_words_is_withheld(
    claim: str, source: str, word: str
) -> None:
    verdict = judged(claim, source)
    assert not verdict.supported
    assert word in verdict.reason
