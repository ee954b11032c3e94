# One image for web, worker and scheduler; what a container does is its command (docker-compose.yml).

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/ssp
COPY requirements/base.txt /tmp/requirements.txt
RUN /opt/ssp/bin/pip install --require-hashes --only-binary :all: --no-deps --requirement /tmp/requirements.txt \
    && /opt/ssp/bin/python -m compileall -q /opt/ssp

FROM python:3.11-slim-bookworm
# Debian keeps its releases' packages compatible and drops superseded versions from its mirrors: a pinned version would
# soon be gone and would keep security fixes out.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig fonts-dejavu-core fonts-noto-core fonts-wqy-microhei \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 ssp \
    && useradd --uid 10001 --gid ssp --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ssp
ENV PATH=/opt/ssp/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=ssp.settings \
    SSP_LOCAL_DIR=/app/local
COPY --from=build /opt/ssp /opt/ssp
WORKDIR /app
COPY manage.py ./
COPY ssp ssp
COPY schools schools
COPY partnerships partnerships
COPY incidents incidents
COPY officers officers
COPY templates templates
COPY static static
# The addresses only satisfy the settings; nothing connects while static files are collected.
RUN SSP_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    SSP_ALLOWED_HOSTS=build.invalid \
    SSP_DATABASE_URL=postgresql://build@build.invalid/build \
    SSP_REDIS_URL=redis://build.invalid \
    SSP_MEDIA_URL=file:/app/local/media \
    SSP_EMAIL_URL=smtp://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "ssp.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
