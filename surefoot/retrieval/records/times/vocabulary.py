"""The words of time in English and German, folded as tokens are: lower case, ae for ä."""

from __future__ import annotations

from surefoot.retrieval.records.times.periods import Unit


def _numbered(words: str, first: int = 0) -> dict[str, int]:
    """Numbers of words in their order; those joined by a bar have the same."""
    return {word: number for number, same in enumerate(words.split(), first) for word in same.split("|")}


def inflected(*stems: str) -> frozenset[str]:
    """German adjectives with their endings."""
    return frozenset(stem + ending for stem in stems for ending in ("e", "er", "en", "em", "es"))


def words(text: str) -> frozenset[str]:
    """A set of words from a text."""
    return frozenset(text.split())


WEEKDAYS = _numbered(
    "monday|montag tuesday|dienstag wednesday|mittwoch thursday|donnerstag friday|freitag"
    " saturday|samstag|sonnabend sunday|sonntag"
)
SHORT_WEEKDAYS = _numbered("mon tue|tues wed|weds thu|thur|thurs fri sat sun")
GERMAN_CODES = _numbered("mo di mi do fr sa so")
"""Weekdays in two letters: with a capital, and beside am, seit, bis or a date."""
RECURRING_DAYS = frozenset(f"{day}s" for day in WEEKDAYS)
MONTHS = _numbered(
    "january|januar|jaenner february|februar march|maerz april may|mai june|juni july|juli august september"
    " october|oktober november december|dezember",
    first=1,
)
SHORT_MONTHS = _numbered("jan feb mar|maer apr - jun jul aug sep|sept oct|okt nov dec|dez", first=1)
DOUBTFUL = words("may march")
"""Months that are verbs as well."""
NUMERALS = {
    **_numbered(
        "one two|zwei three|drei four|vier five|fuenf six|sechs seven|sieben eight|acht nine|neun ten|zehn"
        " eleven|elf twelve|zwoelf thirteen|dreizehn fourteen|vierzehn fifteen|fuenfzehn",
        first=1,
    ),
    "twenty": 20,
    "zwanzig": 20,
    "thirty": 30,
    "dreissig": 30,
    "forty": 40,
    "sixty": 60,
    "sechzig": 60,
    **dict.fromkeys(["ninety", "neunzig"], 90),
    **dict.fromkeys(["eins", "ein", "eine", "einer", "einem", "einen"], 1),
}
ORDINALS = {
    **_numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", first=1),
    **{
        form: number
        for number, stem in enumerate(
            "erst zweit dritt viert fuenft sechst siebt acht neunt zehnt elft zwoelft".split(), 1
        )
        for form in inflected(stem)
    },
}
UNITS = {
    form: unit
    for unit, forms in {
        Unit.SECOND: "seconds secs sec sekunden sek",
        Unit.MINUTE: "minute minutes min mins minuten",
        Unit.HOUR: "hour hours hr hrs h stunde stunden std",
        Unit.DAY: "day days tag tage tagen",
        Unit.WEEK: "week weeks woche wochen",
        Unit.WEEKEND: "weekend weekends wochenende wochenenden",
        Unit.MONTH: "month months monat monate monaten monats",
        Unit.QUARTER: "quarter quarters quartal quartale quartals",
        Unit.HALF: "halbjahr halbjahres",
        Unit.YEAR: "year years jahr jahre jahren jahres",
    }.items()
    for form in forms.split()
}
FORTNIGHT = words("fortnight fortnights")
PLURALS = words("minutes minuten hours stunden days tage tagen weeks wochen months monate monaten years jahre jahren")

THIS = words("this current") | inflected("dies", "aktuell", "laufend")
LAST = words("last") | inflected("letzt", "vergangen")
PREVIOUS = words("previous prior preceding") | inflected("vorig", "vorherig", "vorangegangen")
PAST = words("past")
BEFORE_LAST = inflected("vorletzt")
NEXT = words("next coming upcoming") | inflected("naechst", "kommend")
FEW = words("few several couple some many various") | inflected("einig", "mehrer") | words("paar")
VAGUE_EDGES = words("early mid late around about approximately roughly circa ca gegen ungefaehr anfang mitte ende")
"""What makes a time vague that it stands before."""
SEASONS = words("spring summer autumn winter fall fruehjahr fruehling sommer herbst")

COUNTED = words(
    "km kilometers kilometres kilometer kmh kph mph m mm cm meter metres meters miles l litres liters litre liter kg t"
    " tons tonnes percent prozent euro euros eur usd rpm bar psi degrees grad volt v c kwh kw nm g points punkte pages"
    " seiten times mal vehicles vehicle vans van trucks truck cars car trips trip drivers driver fahrzeuge fahrzeugen"
    " fahrzeug fahrten fahrt fahrer lkw events ereignisse ereignissen stops stopps minutes minuten min hours stunden"
    " days tage tagen weeks wochen months monate monaten years jahre jahren seconds sekunden % ° € $ £"
)
"""Units of measure and things of a fleet: a number before them counts them."""
MEASURED = words(
    "score scores speed speeds level levels temperature temperatures pressure distance mileage odometer rating value"
    " values weight consumption voltage gear page pages section chapter table rule step version grade age limit axle"
    " punktzahl geschwindigkeit geschwindigkeiten temperatur druck abstand bewertung wert werte gewicht verbrauch"
    " spannung gang seite abschnitt kapitel tabelle regel schritt stand grenze alter between_percent"
)
"""What is told in bare numbers, so that those near it are no hours."""
FUNCTION_WORDS = words(
    "a about all am an and any are as at auf aus bei between by can compared could das dem den der did die do does"
    " during each ein eine er es every for from fuer gab gegenueber ging had has hat hatte hatten have he her his how"
    " i ich im in is ist it its je jede jeder kam mit my nach noch of on or our per please pro she show sie sind so"
    " than that the their there these they this to today und unser until versus vom von vs war waren was we welche"
    " welcher welches wer were what when where which who why wie wieder wieviel will wir with without wo yesterday"
    " you your zu zum zur oder heute gestern tell give list but was - & als only nur then"
)
"""Words that do not name what a number before them counts."""
ZONES = words("utc gmt z cet cest mez mesz est edt pst pdt cst cdt mst mdt bst ist jst")
"""Names of other clocks; a time told in them is not converted."""
