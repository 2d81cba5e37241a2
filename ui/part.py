"""The pages as an installed part: the entry point by which `framework.app` finds them."""

from framework.extension import Part
from ui.pages import (
    actions,
    api_pages,
    helping,
    jobs,
    links,
    notifications,
    password,
    preferences,
    problems,
    search,
    sessions,
    sign_in,
    stars,
    tokens,
)
from ui.routes import (
    attachments,
    boards,
    calendars,
    dashboards,
    files,
    lists,
    merges,
    records,
    runs,
    screens,
    selections,
)
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
        screens.blueprint,
        actions.blueprint,
        jobs.blueprint,
        notifications.blueprint,
        lists.blueprint,
        selections.blueprint,
        boards.blueprint,
        records.blueprint,
        attachments.blueprint,
        dashboards.blueprint,
        runs.blueprint,
        merges.blueprint,
        files.blueprint,
        calendars.blueprint,
        sign_in.blueprint,
        preferences.blueprint,
        password.blueprint,
        links.blueprint,
        sessions.blueprint,
        tokens.blueprint,
        stars.blueprint,
        search.blueprint,
        helping.blueprint,
        api_pages.blueprint,
    ),
    prefix="/",
    problems=problems.problem_response,
)
