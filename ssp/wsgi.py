"""What does gunicorn serve?"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ssp.settings")
application = get_wsgi_application()

from ssp.tenancy.guard import refuse_to_start  # noqa: E402 - settings come first

refuse_to_start()
