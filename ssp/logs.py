"""What does the process say of itself? A line per event on standard error, no personal data; the audit log is another thing."""

from typing import Any

import structlog

SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configuration(*, json_lines: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON for machines, or plain lines for a person at a terminal."""
    renderer = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},  # noise that anybody can make
            # pyHanko says this of every seal made with the revocation lists that were given to it.
            "pyhanko.sign.signers.pdf_signer": {"level": "ERROR"},
        },
    }
