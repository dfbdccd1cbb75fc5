"""What the rows say."""

from __future__ import annotations

import uuid
from random import Random

# A category's name, and what its tasks are about: a verb and the things that suit it.
THEMES: dict[str, dict[str, tuple[str, ...]]] = {
    "Home": {
        "Fix": ("the dripping tap", "the bedroom shelf", "the squeaking door"),
        "Clean": ("the oven", "the windows", "the fridge", "the cellar"),
    },
    "Work": {
        "Prepare": ("the weekly meeting", "the budget figures", "slides for the review"),
        "Answer": ("the auditor's questions", "the open tickets", "the supplier"),
    },
    "Groceries": {
        "Buy": ("oat milk and bread", "potatoes", "coffee", "two kilos of flour"),
        "Order": ("a vegetable box", "drinks for the party"),
    },
    "Family": {
        "Call": ("grandma", "the cousins", "the godparents"),
        "Plan": ("the birthday party", "a board game evening", "the family photo"),
    },
    "Health": {
        "Book": ("the dentist", "a check-up", "the eye test", "a physiotherapy course"),
        "Collect": ("the prescription", "the blood results"),
    },
    "Finances": {
        "Pay": ("the electricity bill", "the rent", "the car insurance"),
        "Check": ("the bank statement", "the pension letter", "the tax form"),
    },
    "Garden": {
        "Plant": ("tulip bulbs", "the tomatoes", "a hedge"),
        "Cut": ("the lawn", "the roses", "the apple tree"),
    },
    "Travel": {
        "Reserve": ("train seats", "the holiday flat", "a table at the harbour"),
        "Renew": ("the passport", "the rail card"),
    },
    "School": {
        "Sign": ("the excursion form", "the report card"),
        "Pack": ("the sports bag", "the pencil case", "lunch for the trip"),
    },
    "Car": {
        "Change": ("the tyres", "the wiper blades"),
        "Wash": ("the car", "the floor mats"),
    },
    "Bicycle": {
        "Oil": ("the chain", "the brake cables"),
        "Replace": ("the inner tube", "the front light"),
    },
    "Reading": {
        "Read": ("the book club's novel", "the saved articles", "the museum guide"),
        "Return": ("the library books", "the borrowed cookbook"),
    },
    "Music": {
        "Practise": ("the new song", "scales", "the duet"),
        "Tune": ("the guitar", "the piano"),
    },
    "Sports": {
        "Register": ("for the run", "at the swimming club"),
        "Train": ("for the half marathon", "with the team"),
    },
    "Friends": {
        "Invite": ("the neighbours", "the old flatmates", "everybody for soup"),
        "Send": ("a postcard", "the holiday pictures"),
    },
    "Computer": {
        "Update": ("the laptop", "the router", "the password list"),
        "Back up": ("the photos", "the documents", "the phone"),
    },
    "Pets": {
        "Order": ("cat litter", "bird seed"),
        "Visit": ("the vet", "the dog school"),
    },
    "Club": {
        "Write": ("the minutes", "the newsletter"),
        "Collect": ("the membership fees", "the keys of the hall"),
    },
    "Recipes": {
        "Try": ("the lentil soup", "sourdough bread", "the plum cake"),
        "Cook": ("jam", "for the week", "the Sunday roast"),
    },
    "Someday": {
        "Learn": ("Italian", "to juggle", "to sew"),
        "Sort": ("the attic", "old letters", "the slides of the eighties"),
    },
}
PHRASES = [
    [f"{verb} {thing}" for verb, things in verbs.items() for thing in things]
    for verbs in THEMES.values()
]
OCCASIONS = (
    "again",
    "with the children",
    "before the weekend",
    "for the neighbours",
    "together",
    "on the way home",
    "for next month",
    "after lunch",
    "at last",
    "for the summer",
    "as agreed",
    "and note the price",
    "for the second time",
    "for mother",
    "for the office",
)
DESCRIPTIONS = (
    "Ask for the invoice.",
    "The number is on the fridge.\n\nThey open at nine.",
    "See the mail of last week.",
    "- measure twice\n- take pictures\n- tell the others",
    "Not more than half an hour.",
)


def make_uid(rng: Random) -> uuid.UUID:
    """Return a UUID of version 4 that the seed decides."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def numbered(words: list[str], position: int) -> str:
    """Return the word at the position, with a number from the second round on."""
    round_, index = divmod(position, len(words))
    return f"{words[index]} {round_ + 1}" if round_ else words[index]
