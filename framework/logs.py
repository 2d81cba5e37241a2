"""Logs as JSON lines on standard error: request ids, no personal values, no forged lines."""

from __future__ import annotations

import logging
import sys

import structlog


class _StandardError:
    """Standard error as it is when a line is written: whoever starts us may exchange or close it meanwhile."""

    def write(self, text: str) -> None:
        if not sys.stderr.closed:
            sys.stderr.write(text)

    def flush(self) -> None:
        if not sys.stderr.closed:
            sys.stderr.flush()


def set_up_logs(level: str) -> None:
    """Write from this level on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(_StandardError()),  # type: ignore[arg-type] # all that is asked of it
        cache_logger_on_first_use=True,
    )
