"""The application: who asks is found before each request, headers are set after it."""

import datetime as dt
import os

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

from tests.bench.baseline import contacts, deals, pages
from tests.bench.baseline.auth import actor_of
from tests.bench.baseline.database import open_database
from tests.bench.baseline.statements import credentials

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def create_app() -> Flask:
    """Build the WSGI application for the database in `BASELINE_DATABASE_URL`."""
    app = Flask(__name__)
    app.secret_key = os.environ["BASELINE_SECRET"]
    app.config["WTF_CSRF_FIELD_NAME"] = "_csrf"
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    database = open_database(os.environ["BASELINE_DATABASE_URL"])
    look_up = credentials(database.read.dialect.name)
    app.extensions["baseline"] = database
    app.register_blueprint(contacts.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(deals.bp)
    # A token comes from no browser, so nobody can make one send it.
    csrf = CSRFProtect(app)
    csrf.exempt(contacts.bp)

    @app.before_request
    def find_actor() -> None:
        if request.endpoint != "ready":
            g.actor = actor_of(request, database, look_up, dt.datetime.now(dt.UTC))

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _CSP
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return answer

    @app.get("/ready")
    def ready() -> str:
        with database.read.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        return "ready"

    return app
