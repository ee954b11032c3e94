"""From two signatures to a sealed file: the worker's part. In force only when the sealed file exists and verifies (N4)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from partnerships import evidence, notices, wording
from partnerships.models import Agreement, Party
from partnerships.refusals import NotSealed
from partnerships.services import agreements
from partnerships.workflow import AGREEMENT, AgreementStatus
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.documents import render, seal, verify
from ssp.documents.services import documents
from ssp.refusals import WrongState
