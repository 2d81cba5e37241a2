"""The pages as an installed part: the entry point by which `framework.app` finds them."""

from framework.extension import Part
from ui import (
    board_routes,
    calendar_routes,
    dashboard_routes,
    file_routes,
    list_routes,
    record_routes,
    routes,
    run_routes,
    selection_routes,
)
from ui.pages import actions, jobs, notifications, preferences, problems, search, sign_in
from ui.screens.board import BoardKind
from ui.screens.calendar import CalendarKind
from ui.screens.dashboard import DashboardKind
from ui.screens.form import FormKind
from ui.screens.list import ListKind
from ui.screens.record import RecordKind

part = Part(
    name="ui",
    screen_kinds=(ListKind(), FormKind(), RecordKind(), BoardKind(), DashboardKind(), CalendarKind()),
    blueprints=(
        routes.blueprint,
        actions.blueprint,
        jobs.blueprint,
        notifications.blueprint,
        list_routes.blueprint,
        selection_routes.blueprint,
        board_routes.blueprint,
        record_routes.blueprint,
        dashboard_routes.blueprint,
        run_routes.blueprint,
        file_routes.blueprint,
        calendar_routes.blueprint,
        sign_in.blueprint,
        preferences.blueprint,
        search.blueprint,
    ),
    prefix="/",
    problems=problems.problem_response,
)
