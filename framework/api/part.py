"""The API as an installed part."""

from framework.api.actions import routes as action_routes
from framework.api.drafts import routes as draft_routes
from framework.api.files import routes as file_routes
from framework.api.jobs import routes as job_routes
from framework.api.merging import routes as merging_routes
from framework.api.metadata import routes as metadata_routes
from framework.api.problems import problem_response
from framework.api.records import routes as record_routes
from framework.api.system import routes as system_routes
from framework.extension import Part

part = Part(
    name="api",
    blueprints=(
        record_routes,
        file_routes,
        merging_routes,
        system_routes,
        action_routes,
        job_routes,
        metadata_routes,
        draft_routes,
    ),
    prefix="/api/",
    problems=problem_response,
)
