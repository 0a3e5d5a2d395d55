# Fumetto in a container. docs/how-to/containers.md says how to use it, and what of it has been tried.

# --- the web application ---
FROM node:24-slim AS web
WORKDIR /app/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
COPY src/fumetto/catalogues /app/src/fumetto/catalogues
RUN npm run build

# --- the Python environment ---
FROM python:3.13-slim AS environment
WORKDIR /app
# The RAR decoder has no wheel for arm64 and is compiled there.
RUN if [ "$(dpkg --print-architecture)" != amd64 ]; then \
        apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*; \
    fi
COPY requirements.lock ./
COPY requirements/launcher.lock requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/launcher.lock \
    && .venv/bin/uv pip install --no-cache --compile-bytecode --require-hashes -r requirements.lock \
        --python .venv/bin/python

# --- what runs ---
FROM python:3.13-slim
RUN useradd --uid 1000 --home-dir /data --shell /usr/sbin/nologin fumetto \
    && install -d -o fumetto -g fumetto /data /comics
WORKDIR /app
COPY --from=environment /app/.venv .venv
COPY LICENSE alembic.ini ./
COPY migrations migrations
COPY src src
COPY tools/container tools/container
COPY --from=web /app/web/dist web/dist
RUN ln -s /app/tools/container/fumetto /usr/local/bin/fumetto \
    && .venv/bin/python -m compileall -q src migrations

ENV FUMETTO_HOME=/app \
    FUMETTO_DATA_DIR=/data \
    FUMETTO_LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER fumetto
VOLUME /data
EXPOSE 8420
# The embedded database shuts down last; give it time: docker stop -t 60.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["/app/.venv/bin/python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('FUMETTO_PORT', '8420')}/health\", timeout=4)"]
ENTRYPOINT ["/app/tools/container/entry"]
CMD ["fumetto", "up", "--no-browser"]
