# By digest, so that an image is made from the same system twice. To renew it, with security fixes:
#   docker buildx imagetools inspect python:3.13-slim-trixie
# Other public repositories pin this digest as python:3.13.15-slim-trixie; none of our checks pulls it.
ARG BASE=python:3.13-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${BASE} AS wheel
WORKDIR /build
COPY requirements/build.txt requirements/build.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY bot bot
COPY adapters adapters
COPY core core
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir wheels .

FROM ${BASE}
RUN useradd --create-home --uid 10001 darkroom && mkdir --mode 700 /data && chown darkroom /data
COPY requirements/run.txt /tmp/run.txt
RUN pip install --no-cache-dir --require-hashes -r /tmp/run.txt
RUN --mount=from=wheel,source=/build/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps /wheels/*.whl
WORKDIR /app
USER darkroom
ENV DARKROOM_BOT__DATA_DIR=/data DARKROOM_BOT__LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["darkroom", "run"]
