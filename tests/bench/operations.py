"""What is measured: the requests that a CRM sends all day, worded for either side.

Each operation is an endless stream of requests, so that no side gets the same record twice in a
row and writes always know the version that they change.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, cycle

from tests.bench.data import DEALING, TODAY
from tests.bench.sides import Answer, Side

_CONTACTS = "/api/v1/records/contact"
_FIRST_PAGE = f"{_CONTACTS}?sort=name&limit=50"
_MOST = 200
BOARD = "/screens/pipeline"
CALENDAR = f"/screens/closings?on={TODAY}"
DASHBOARD = ("/screens/morning", *(f"/screens/morning/tiles/{name}" for name in ("open", "amount", "stages", "next")))


@dataclass(frozen=True, slots=True)
class Request:
    """One request and the status of its success."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None
    expected: int = 200

    def sent_to(self, side: Side) -> Answer:
        """Send it. Raises RuntimeError for any other status than the expected one."""
        answer = side.send(self.method, self.path, self.headers, self.body)
        if answer.status != self.expected:
            told = answer.body.decode(errors="replace")[:800]
            raise RuntimeError(f"{side.name}: {self.method} {self.path} answered {answer.status}: {told}")
        return answer


def get(side: Side) -> Iterator[Request]:
    """Read one record."""
    for ident in cycle(side.records.measured_contacts()):
        yield Request("GET", f"{_CONTACTS}/{ident}", side.bearer)


def first_page(side: Side) -> Iterator[Request]:
    """Read the first 50 by name."""
    while True:
        yield Request("GET", _FIRST_PAGE, side.bearer)


def deep_page(side: Side) -> Iterator[Request]:
    """Read 50 behind the middle by name."""
    after = ""
    for _ in range(len(side.records.measured_contacts()) // 2 // _MOST):
        path = f"{_CONTACTS}?sort=name&limit={_MOST}{after}"
        answer = Request("GET", path, side.bearer).sent_to(side)
        after = f"&after={json.loads(answer.body)['next']}"
    while True:
        yield Request("GET", f"{_FIRST_PAGE}{after}", side.bearer)


def filtered(side: Side) -> Iterator[Request]:
    """Read 50 by name that a filter over two fields leaves."""
    for rating in cycle(range(40, 60)):
        yield Request("GET", f"{_FIRST_PAGE}&{side.filtered('active', rating)}", side.bearer)


def counted(side: Side) -> Iterator[Request]:
    """Count all that one may see, beside a page of one."""
    while True:
        yield Request("GET", f"{_CONTACTS}?sort=name&limit=1&count=exact", side.bearer)


def create(side: Side) -> Iterator[Request]:
    """Create a record, with an idempotency key."""
    headers = {**side.bearer, "Content-Type": "application/json"}
    examples = [{key: value for key, value in one.items() if key != "id"} for one in side.records.contacts()]
    for number, example in zip(count(), cycle(examples)):
        body = json.dumps({**example, "name": f"Zz {example['name']}"}).encode()
        yield Request("POST", _CONTACTS, {**headers, "Idempotency-Key": f"bench-{number}"}, body, 201)


def update(side: Side) -> Iterator[Request]:
    """Change two fields of a record that has still the version one knows."""
    headers = {**side.bearer, "Content-Type": "application/json"}
    for version in count(1):
        for ident in side.records.measured_contacts()[:1_000]:
            body = json.dumps({"phone": f"+41 61 {version}", "rating": version % 100}).encode()
            yield Request("PATCH", f"{_CONTACTS}/{ident}", {**headers, "If-Match": f'"{version}"'}, body)


def list_page(side: Side) -> Iterator[Request]:
    """Open the list screen: 50 rows, whole page."""
    while True:
        yield Request("GET", "/records/contact", side.cookie)


def form_page(side: Side) -> Iterator[Request]:
    """Open the form of a record, whole page."""
    for ident in cycle(side.records.measured_contacts()):
        yield Request("GET", f"/records/contact/{ident}/edit", side.cookie)


def record_page(side: Side) -> Iterator[Request]:
    """Open the page of a contact that has opportunities."""
    for ident in cycle(side.records.measured_contacts()[: DEALING // 2]):
        yield Request("GET", f"/records/contact/{ident}", side.cookie)


def board(side: Side) -> Iterator[Request]:
    """Open the board of opportunities: four lanes of 25 cards."""
    while True:
        yield Request("GET", BOARD, side.cookie)


def calendar(side: Side) -> Iterator[Request]:
    """Open a month in which some three hundred opportunities close."""
    while True:
        yield Request("GET", CALENDAR, side.cookie)


def dashboard(side: Side) -> Iterator[Request]:
    """Open a dashboard: its page, then its four tiles, each a request of its own."""
    for path in cycle(DASHBOARD):
        yield Request("GET", path, side.cookie)


OPERATIONS: Mapping[str, Callable[[Side], Iterator[Request]]] = {
    "get": get,
    "list": first_page,
    "deep": deep_page,
    "filter": filtered,
    "count": counted,
    "create": create,
    "update": update,
    "list_page": list_page,
    "form_page": form_page,
    "record_page": record_page,
    "board": board,
    "calendar": calendar,
    "dashboard": dashboard,
}
