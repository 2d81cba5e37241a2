"""People at the API for tests: each call gives plain values, and nothing of a call stays for the next one.

A client holds a token; a browser holds a session cookie and the seed of its CSRF token.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from framework.app import create_app
from framework.auth import Device
from framework.context import Scope
from framework.extension import services
from framework.settings import Settings

API = "/api/v1/"
HERE = Device("127.0.0.1")
_SEED = "0" * 40


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        """The version of the record, as `If-Match` takes it."""
        return self.headers["etag"]


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody at the API. `headers` go along with every call."""

    app: Flask
    headers: Mapping[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> Answer:
        """Call an address: below `/api/v1/`, unless it begins with a slash. `raw` is a body as it is."""
        address = path if path.startswith("/") else API + path
        if parameters:
            address += "?" + urlencode(parameters)
        sent = {**self.headers, **(headers or {})}
        if body is not None or raw is not None:
            sent.setdefault("Content-Type", "application/json")
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        with self._open() as client:
            found = client.open(address, method=method, data=data, headers=list(sent.items()))
            return Answer(found.status_code, {name.lower(): value for name, value in found.headers}, found.get_data())

    def get(self, path: str, **parameters: object) -> Answer:
        """GET with parameters."""
        return self.call("GET", path, parameters=parameters)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """POST with headers such as `Idempotency_Key`."""
        return self.call("POST", path, body, headers=_named(headers))

    def patch(self, path: str, body: object, version: str | None = None) -> Answer:
        """PATCH under a version."""
        return self.call("PATCH", path, body, headers={"If-Match": version} if version else None)

    def delete(self, path: str, version: str | None = None) -> Answer:
        """DELETE under a version."""
        return self.call("DELETE", path, headers={"If-Match": version} if version else None)

    def create(self, entity: str, **values: object) -> dict[str, Any]:
        """Make a record, which must succeed."""
        made = self.post(f"records/{entity}", values)
        assert made.status == 201, (made.status, made.body)
        found: dict[str, Any] = made.json
        return found

    def items(self, path: str, **parameters: object) -> list[dict[str, Any]]:
        """The items of a list, which must succeed."""
        found = self.get(path, **parameters)
        assert found.status == 200, (found.status, found.body)
        items: list[dict[str, Any]] = found.json["items"]
        return items

    def _open(self) -> FlaskClient:
        return self.app.test_client(use_cookies=False)


@dataclass(frozen=True, slots=True)
class Browser(Client):
    """Somebody with a session: the cookie, the seed of the CSRF token and the token."""

    csrf: str = ""


def client_of(app: Flask, email: str, scope: Mapping[str, Sequence[str]] | None = None, **more: Any) -> Client:
    """A client with a fresh token of a person; `scope` narrows it to actions by entity."""
    with app.app_context():
        known = services()
    person = known.auth.by_email(email).actor
    if scope is not None:
        more["scope"] = [Scope(entity, frozenset(actions)) for entity, actions in scope.items()]
    made = known.auth.create_token(str(person.id), "test", **more)
    return Client(app, {"Authorization": f"Bearer {made.secret}"})


def browser_of(app: Flask, email: str, password: str, device: Device = HERE) -> Browser:
    """Sign somebody in and give their browser. `csrf` must go along with what changes something."""
    with app.app_context():
        known = services()
    secret = known.auth.sign_in(email, password, device)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    seed = signer.dumps({app.config["WTF_CSRF_FIELD_NAME"]: _SEED})
    token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(_SEED)
    cookie = f"{known.settings.cookie}={secret}; {app.config['SESSION_COOKIE_NAME']}={seed}"
    return Browser(app, {"Cookie": cookie}, str(token))


def application(settings: Settings) -> Flask:
    """The application on settings, as a server would make it."""
    return create_app(settings)


def path_of(entity: str, record: Mapping[str, Any] | str, *more: str) -> str:
    """The address of a record below the API."""
    ident = record if isinstance(record, str) else record["id"]
    return "/".join(["records", entity, quote(str(ident), safe=""), *more])


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
