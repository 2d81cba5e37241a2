"""The records of the benchmark: made up, the same at each run, the same for both sides."""

import datetime as dt
import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

CONTACTS_AN_ACCOUNT = 5
# The contacts that have opportunities; a multiple of `_OTHERS_SHARE`.
DEALING = 100
# Whose contacts the measured person may not see: one in so many belongs to somebody else.
_OTHERS_SHARE = 5
TODAY = dt.date(2026, 11, 25)
_FIRST = ("Anna", "Ben", "Clara", "David", "Eleni", "Farid", "Greta", "Henrik", "Ines", "Jonas", "Kaya", "Luca")
_LAST = ("Adler", "Becker", "Costa", "Dvořák", "Eriksen", "Fontaine", "Grande", "Hoxha", "Ivanova", "Jansen")
_CITIES = ("Basel", "Bergen", "Brno", "Graz", "Izmir", "Leeds", "Lyon", "Parma", "Porto", "Riga", "Turku", "Vigo")
_JOBS = ("Buyer", "Head of procurement", "Plant manager", "Engineer", "Managing director", "Controller")
_WANTED = ("pumps for the new hall", "service for three years", "spare parts", "retrofit", "control room")
_FIRMS = ("Water Works", "Brewery", "Paper Mill", "Chemicals", "Dairy", "District Heating", "Foundry", "Farms")

Record = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; `ref` is the name by which demo records mean them."""

    ref: str
    email: str
    name: str


MEASURED = Person("rep", "rep@example.com", "Matteo Bellini")
OTHER = Person("rep2", "rep2@example.com", "Agnieszka Zielińska")
ROLE = "sales_rep"


def owner_of(number: int) -> Person:
    """Tell who owns the account or contact of that number."""
    return MEASURED if number % _OTHERS_SHARE else OTHER


def ident(kind: str, number: int) -> str:
    """Give the id of a record: a version 7 UUID of some day in 2026, always the same."""
    digest = hashlib.sha256(f"{kind} {number}".encode()).digest()
    moment = 1_770_000_000_000 + number * 1_000
    random_bits = int.from_bytes(digest[:8])
    number_of_all = moment << 80 | 0x7 << 76 | (random_bits >> 62) << 64 | 0b10 << 62 | random_bits >> 2
    return str(UUID(int=number_of_all))


@dataclass(frozen=True, slots=True)
class Records:
    """So many contacts, and a fifth of that in accounts and opportunities, as values of the API without owners."""

    size: int

    def measured_contacts(self) -> list[str]:
        """Give the ids of the contacts that the measured person owns."""
        return [ident("contact", number) for number in range(self.size) if owner_of(number) is MEASURED]

    def accounts(self) -> Iterator[Record]:
        """Give the accounts."""
        chance = random.Random(1)  # noqa: S311 - made-up firms need no secrecy
        for number in range(self._accounts):
            yield {
                "id": ident("account", number),
                "name": f"{chance.choice(_CITIES)} {chance.choice(_FIRMS)} {number:04}",
                "industry": chance.choice(("water", "food", "chemistry", "energy")),
                "city": chance.choice(_CITIES),
                "website": f"https://firm{number}.example",
                "employees": chance.randrange(5, 5_000),
                "customer_since": _day(chance, 8_000),
                "key_account": chance.random() < 0.1,
            }

    def contacts(self) -> Iterator[Record]:
        """Give the contacts."""
        chance = random.Random(2)  # noqa: S311 - nor do made-up people
        for number in range(self.size):
            first, last = chance.choice(_FIRST), chance.choice(_LAST)
            yield {
                "id": ident("contact", number),
                "name": f"{first} {last} {chance.randrange(10_000):04}",
                "account": ident("account", chance.randrange(self._accounts)),
                "job_title": chance.choice(_JOBS),
                "status": chance.choice(("new", "active", "active", "dormant", "gone")),
                "email": f"{first.lower()}.{number}@firm.example",
                "phone": f"+49 30 {number:06}",
                "city": chance.choice(_CITIES),
                "rating": chance.randrange(101),
                "birthday": _day(chance, 20_000) if chance.random() < 0.7 else None,
                "last_contacted_on": _day(chance, 700),
                "newsletter": chance.random() < 0.4,
            }

    def opportunities(self) -> Iterator[Record]:
        """Give the opportunities, which close within a quarter before or after today."""
        chance = random.Random(3)  # noqa: S311 - nor do made-up deals
        for number in range(self._accounts):
            city, firm = chance.choice(_CITIES), chance.choice(_FIRMS)
            yield {
                "id": ident("opportunity", number),
                "name": f"{city} {firm}: {chance.choice(_WANTED)}",
                "account": ident("account", number),
                # One of few contacts, each with several deals, of the same owner.
                "contact": ident("contact", number % DEALING),
                "stage": chance.choice(("new", "new", "proposal", "won", "lost")),
                "amount": chance.randrange(2, 400) * 500,
                "closes_on": (TODAY + dt.timedelta(days=chance.randrange(-90, 90))).isoformat(),
                "recurring": chance.random() < 0.3,
            }

    @property
    def _accounts(self) -> int:
        return -(-self.size // CONTACTS_AN_ACCOUNT)


def _day(chance: random.Random, back: int) -> str:
    return (TODAY - dt.timedelta(days=chance.randrange(back))).isoformat()
