FROM python:3.11-slim
RUN useradd --create-home --uid 10001 darkroom && mkdir /data && chown darkroom /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY bot bot
COPY adapters adapters
COPY core core
RUN pip install --no-cache-dir .
USER darkroom
ENV DARKROOM_BOT__DATA_DIR=/data DARKROOM_BOT__LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["darkroom", "run"]
