"""Which records of the officers' work are there? A module a noun."""

from officers.models.officers import Officer
from officers.models.postings import Posting, PostingQuerySet

__all__ = ["Officer", "Posting", "PostingQuerySet"]
