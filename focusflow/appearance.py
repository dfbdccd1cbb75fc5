"""How rows that people put into groups look: colours and icons by name, from fixed sets."""

from django.db import models


class Colour(models.TextChoices):
    """The colours there are: pages have a style for each, where a free one would need more."""

    GREY = "grey", "grey"
    RED = "red", "red"
    ORANGE = "orange", "orange"
    YELLOW = "yellow", "yellow"
    GREEN = "green", "green"
    TEAL = "teal", "teal"
    BLUE = "blue", "blue"
    PURPLE = "purple", "purple"
    PINK = "pink", "pink"
    BROWN = "brown", "brown"


class Icon(models.TextChoices):
    """The icons there are."""

    FOLDER = "folder", "folder"
    BICYCLE = "bicycle", "bicycle"
    BOOK = "book", "book"
    CAR = "car", "car"
    CART = "cart", "shopping cart"
    COMPUTER = "computer", "computer"
    HEART = "heart", "heart"
    HOUSE = "house", "house"
    LEAF = "leaf", "leaf"
    MONEY = "money", "money"
    MUSIC = "music", "music"
    PAN = "pan", "pan"
    PAW = "paw", "paw"
    PEOPLE = "people", "people"
    PLANE = "plane", "plane"
    SCHOOL = "school", "school"
    SPORTS = "sports", "sports"
    STAR = "star", "star"
    TOOLS = "tools", "tools"
    WORK = "work", "work"
