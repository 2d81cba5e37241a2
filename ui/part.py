"""The pages as an installed part: the entry point by which `framework.app` finds them."""

from framework.extension import Part
from ui import actions, list_routes, preferences, problems, routes, search, sign_in_page
from ui.screens.form import FormKind
from ui.screens.list import ListKind
from ui.screens.record import RecordKind

part = Part(
    name="ui",
    screen_kinds=(ListKind(), FormKind(), RecordKind()),
    blueprints=(
        routes.blueprint,
        actions.blueprint,
        list_routes.blueprint,
        sign_in_page.blueprint,
        preferences.blueprint,
        search.blueprint,
    ),
    prefix="/",
    problems=problems.problem_response,
)
