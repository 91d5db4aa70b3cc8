"""Two hundred invented persons and the spellings in which pages print their data."""

from __future__ import annotations

import html
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from faker import Faker

from model.iris import fold

# No surname of these syllables is borne by anybody or stands in a place name.
_FIRST = ("Zmyśl", "Przykrz", "Wymyśl", "Brzdęk", "Śćwierż", "Chrząść", "Gżdżyl", "Źdźbłow", "Łączmyśl", "Ówdziesz")
_SECOND = ("óźn", "ębl", "ącz", "iłż", "ośn", "ękw", "urdź", "amłz", "ełcz", "ywść")
PHONE_STYLES = (
    "{a}{b}{c}",
    "{a} {b} {c}",
    "{a}-{b}-{c}",
    "{a}.{b}.{c}",
    "+48 {a} {b} {c}",
    "+48{a}{b}{c}",
    "0048 {a} {b} {c}",
    "(48) {a} {b} {c}",
    "0{a}{b}{c}",
    "{a}/{b}/{c}",
    "{a}\u00a0{b}\u00a0{c}",
    "{a}\u2013{b}\u2013{c}",
)
MAIL_STYLES = (
    "{l}@{h}",
    "{l}(at){h}",
    "{l} [at] {h}",
    "{l} małpa {h}",
    "{l} (małpa) {h}",
    "{l}＠{h}",
    "{l}%40{h}",
    "{l}&#64;{h}",
)


@dataclass(frozen=True)
class Person:
    """A name, a phone, a mailbox; ``number`` chooses the spellings."""

    number: int
    given: str
    surname: str
    digits: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"

    @property
    def phone(self) -> str:
        a, b, c = self.digits[:3], self.digits[3:6], self.digits[6:]
        return PHONE_STYLES[self.number % len(PHONE_STYLES)].format(a=a, b=b, c=c)

    @property
    def local(self) -> str:
        return f"{fold(self.given)[0]}.{fold(self.surname)}".lower()

    @property
    def mail(self) -> str:
        return MAIL_STYLES[self.number % len(MAIL_STYLES)].format(l=self.local, h="poczta.example.org")

    @property
    def stem(self) -> str:
        """What every form of the surname has, folded."""
        return fold(self.surname).lower()[:-3]


def invented(count: int) -> list[Person]:
    """Persons whom no list of the project knows; the same ones each time."""
    fake = Faker("pl_PL")
    fake.seed_instance(4)
    numbers = random.Random(4)
    stems = [first + second for first in _FIRST for second in _SECOND]
    found = []
    for number in range(count):
        woman = number % 2 == 0
        given = fake.first_name_female() if woman else fake.first_name_male()
        stem = stems[number // 2 % len(stems)]
        ending = ("owska" if woman else "owski") if number < count // 2 else ("ewicz" if woman else "alski")
        digits = f"{numbers.choice((50, 51, 60, 66, 69, 72, 78, 88, 58, 22))}{numbers.randrange(10**7):07}"
        found.append(Person(number, given, stem + ending, digits))
    return found


def spelt(text: str, number: int) -> str:
    """The text in one of the spellings of HTML sources: plain, decomposed, or in character references."""
    style = number % 4
    if style == 1:
        return unicodedata.normalize("NFD", text)
    if style == 2:
        return "".join(character if character.isascii() else f"&#{ord(character)};" for character in text)
    if style == 3:
        return "".join(character if character.isascii() else f"&#x{ord(character):X};" for character in text)
    return text


def traces(person: Person) -> Iterator[str]:
    """What must not be found in text that is folded and in lower case."""
    yield person.stem
    yield html.escape(person.local)
