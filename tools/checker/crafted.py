# pyright: basic, reportMissingImports=false
"""Makes rows that the training data lacks: what is asked for is not in a passage that speaks of the very thing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

GROUPS = """dog cat horse rabbit ferret bird cow sheep goat pig
car van truck bus motorcycle bicycle tram train ship boat plane
paper cloth plastic glass wood metal leather stone
kitchen bathroom bedroom cellar attic garage garden corridor|morning afternoon evening night
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
spring summer autumn winter|red blue green yellow white black orange brown grey|left right
front rear back|upper lower|north south east west
mother father brother sister son daughter aunt uncle|husband wife|king queen prince princess
boys girls|men women children
doctor nurse teacher lawyer engineer plumber painter driver pilot clerk groomer cleaner
student pupil apprentice pensioner|coffee tea milk water wine beer juice
bread meat fish fruit cheese rice|letter email fax telephone form invoice receipt
cash card cheque transfer|printer scanner router modem phone tablet laptop camera keyboard
window door roof floor wall|football tennis basketball hockey swimming rowing golf
piano guitar violin drum flute trumpet|church mosque temple synagogue
school university college hospital library museum theatre cinema|gold silver copper iron lead zinc
heating cooling lighting ventilation|buying selling renting leasing|import export
birth death marriage divorce|repair replacement inspection cleaning installation
loss theft damage delay|adults children seniors students|petrol diesel electricity gas coal oil
minimum maximum|first second third last|start end|arrival departure
deposit withdrawal transfer payment refund|domestic foreign international
weekly monthly yearly daily|day night|headphones loudspeaker microphone screen cable battery charger
shirt trousers shoes jacket gloves helmet|army navy police|president minister governor mayor senator
novel poem play film album song opera|largest smallest|highest lowest|oldest youngest
earliest latest|longest shortest|winner loser|author editor publisher
river lake sea ocean mountain valley island|euro dollar pound yen""".replace("\n", "|").split("|")
KIN = {word: [other for other in group.split() if other != word] for group in GROUPS for word in group.split()}

_MONEY = r"[€$£]|\b(?:euros?|dollars?|pounds?|costs?|prices?|fees?|free|charges?|paid|pays?|payments?|eur|usd)\b"
_TIME = r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|century|centuries)\b"
_DIGITS = r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|several|many)\b"
KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...], str, tuple[str, ...]], ...] = (
    # questions, sentences that answer, what the passage must not hold, values
    (
        (
            "What does {a} cost?",
            "How much is {a}?",
            "What is the price of {a}?",
            "what do i pay for {a}",
            "How much do you charge for {a}?",
        ),
        ("{A} costs {v}.", "The price of {a} is {v}.", "For {a} we charge {v}.", "{A}: {v}."),
        _MONEY,
        ("12 euro", "EUR 45", "$8.50", "£120", "3.90 euro", "EUR 1,250", "75 euros", "€ 19.00"),
    ),
    (
        (
            "What is the telephone number for {a}?",
            "Which number do I ring about {a}?",
            "Whom do I call about {a}, what is the number?",
        ),
        ("Questions about {a} are answered on {v}.", "For {a} ring {v}.", "{A}: telephone {v}."),
        r"\b(?:tele)?phone|\bcall|\bring|\d{3}",
        ("extension 214", "0800 5550 17", "555 0146", "extension 33"),
    ),
    (
        ("What colour is {a}?", "Which colour does {a} have?"),
        ("{A} is {v}.", "The colour of {a} is {v}."),
        r"\b(?:red|blue|green|yellow|white|black|orange|brown|gr[ae]y|purple|pink|colou?r)",
        ("blue", "dark green", "yellow", "white", "grey", "orange"),
    ),
    (
        ("How long does {a} take?", "How many hours does {a} need?", "How long do I have to wait for {a}?"),
        ("{A} takes {v}.", "Allow {v} for {a}.", "It takes {v} until {a} is done."),
        _TIME,
        ("20 minutes", "three hours", "two days", "about 90 minutes", "6 weeks"),
    ),
    (
        ("On which day is {a} checked?", "Which weekday is {a} open?", "When does {a} take place?"),
        ("{A} is checked on {v}.", "{A} takes place on {v}.", "{A} is open on {v}."),
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|" + _DIGITS,
        ("Mondays", "the first Tuesday of the month", "Friday at 17:00", "Wednesday"),
    ),
    (
        ("How heavy is {a}?", "What does {a} weigh?", "How much weight can {a} carry?"),
        ("{A} weighs {v}.", "{A} carries up to {v}.", "The weight of {a} is {v}."),
        r"\b(?:kg|kilo|gram|ton|pound|ounce|weigh|heavy)",
        ("12 kg", "1.4 tonnes", "350 grams", "80 kilograms"),
    ),
    (
        ("How large is {a}?", "How many square metres does {a} have?", "What is the size of {a}?"),
        ("{A} has {v}.", "{A} measures {v}.", "The area of {a} is {v}."),
        r"\b(?:met(?:re|er)s?|feet|foot|miles?|acres?|hectares?|square|km|cm|mm|inch)",
        ("90 square metres", "14 square metres", "2.5 metres by 3 metres", "40 square feet"),
    ),
    (
        ("Who signs for {a}?", "Who is responsible for {a}?", "Which role approves {a}?", "whose job is {a}"),
        ("{A} is signed by {v}.", "{V} is responsible for {a}.", "{V} approves {a}."),
        r"\b(?:signs?|signed|responsible|approv\w+|manager|head of|director|officer)\b",
        ("the duty manager", "the head of finance", "the shift leader", "the caretaker", "the team leader"),
    ),
    (
        ("Where is {a} kept?", "Where do I find {a}?", "In which room is {a}?"),
        ("{A} is kept in {v}.", "You find {a} in {v}.", "{A} stands in {v}."),
        r"\b(?:kept|keeps|stored|room|cabinet|cupboard|shelf|floor|office|building)\b",
        ("room 214", "the steel cabinet on the second floor", "the porter's lodge", "the archive"),
    ),
    (
        ("How many people may use {a}?", "How many {a2} are there?", "What number of {a2} is allowed?"),
        ("At most {v} people may use {a}.", "There are {v} {a2}.", "Up to {v} {a2} are allowed."),
        _DIGITS,
        ("14", "six", "25", "three", "120"),
    ),
    (
        ("From what age may someone use {a}?", "Is there an age limit for {a}?", "How old must one be for {a}?"),
        ("{A} is open to people from {v}.", "The age limit for {a} is {v}.", "For {a} one has to be {v}."),
        r"\bage|\bold\b|\byears?\b",
        ("16 years", "18 years old", "at least 12 years", "6"),
    ),
    (
        ("Which form is used for {a}?", "What form do I fill in for {a}?"),
        ("For {a} form {v} is used.", "{A} is recorded on form {v}."),
        r"\bforms?\b|\b[A-Z]+-\d",
        ("F-12", "AB-7", "RS 5", "K3"),
    ),
)
_THING = re.compile(
    r"\b(?:the|a|an|his|her|its|their) ([a-z]{3,}(?: [a-z]{4,})?)\b"
    r"(?= (?:is|was|are|were|has|had|of|in|on|and|for|to|that|which|with)\b|[,.])"
)


def missing_kinds(rows: list[dict], count: int, dice: random.Random) -> Iterator[dict]:
    """Rows of three: a passage that says it of the thing, the passage without, and one that says it of another."""
    for row in dice.sample(rows, len(rows)):
        if count <= 0:
            return
        passage = row["passage"]
        things = list(dict.fromkeys(_THING.findall(passage)))
        questions, sentences, unless, values = dice.choice(KINDS)
        if len(things) < 2 or len(passage) > 900 or re.search(unless, passage, re.IGNORECASE):
            continue
        thing, other = dice.sample(things, 2)
        if set(thing.split()) & set(other.split()):
            continue
        question = _worded(dice.choice(questions), thing, "")
        count -= 1
        yield _row(question, passage, None, "missing_kind")
        for about, answers in ((thing, True), (other, False)):
            value = dice.choice(values)
            sentence = _worded(dice.choice(sentences), about, value)
            place = dice.choice([0, *(found.end() for found in re.finditer(r"[.!?]\s", passage)), len(passage)])
            before = passage[:place] if not place or passage[place - 1].isspace() else f"{passage[:place]} "
            made = f"{before}{sentence} {passage[place:]}".strip()
            start = made.find(value, len(before.lstrip())) if answers else None
            if answers and (start is None or start < 0):
                continue
            yield _row(question, made, (start, value) if start is not None else None, "missing_kind")


def kin_swaps(rows: list[dict], count: int, dice: random.Random) -> Iterator[dict]:
    """Questions of which one word is turned into another member of its group that the passage does not name."""
    for row in dice.sample(rows, len(rows)):
        if count <= 0:
            return
        passage, answer = row["passage"].lower(), (row["answer"] or "").lower()
        words = re.findall(r"[a-z]+", row["question"].lower())
        swaps = [
            (word, other)
            for word in words
            if word in KIN and re.search(rf"\b{word}\b", passage) and word not in answer
            for other in KIN[word]
            if not re.search(rf"\b{other}", passage)
        ]
        if swaps:
            word, other = dice.choice(swaps)
            count -= 1
            yield _row(_swapped(row["question"], word, other), row["passage"], None, "kin_swap")
            yield row | {"source": "crafted:kin_kept"}


def _swapped(question: str, word: str, other: str) -> str:
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    return pattern.sub(lambda found: other.title() if found.group()[0].isupper() else other, question, count=1)


def _worded(template: str, thing: str, value: str) -> str:
    names = {"a": f"the {thing}", "A": f"The {thing}", "a2": f"{thing}s" if not thing.endswith("s") else thing}
    return template.format(**names, v=value, V=value[:1].upper() + value[1:])


def _row(question: str, passage: str, found: tuple[int, str] | None, how: str) -> dict:
    kind = "answerable" if found else "near_miss"
    start, answer = found or (None, None)
    return {
        "question": question,
        "passage": passage,
        "answer": answer,
        "start": start,
        "source": f"crafted:{how}",
        "kind": kind,
    }
