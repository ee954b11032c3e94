"""The platform every app stands on; it knows no domain app by import."""

from ssp.celery import app as celery_app

__all__ = ["celery_app"]
