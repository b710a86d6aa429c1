# One image for the web door and the worker door; which one it is, the command says.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/banjie
COPY requirements/run.txt /tmp/run.txt
RUN /opt/banjie/bin/pip install --no-deps --require-hashes -r /tmp/run.txt
WORKDIR /banjie
COPY . .
RUN /opt/banjie/bin/python -c "from webapp import assets; assets.build()" && rm -rf webapp/ui/node_modules

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 banjie && install -d -o banjie /var/lib/banjie
COPY --from=build /opt/banjie /opt/banjie
COPY --from=build /banjie /banjie
WORKDIR /banjie
ENV PATH=/opt/banjie/bin:$PATH PYTHONPATH=/banjie PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BANJIE_HOME=/var/lib/banjie BANJIE_HOST=0.0.0.0
USER banjie
VOLUME /var/lib/banjie
EXPOSE 8470
ENTRYPOINT ["python", "-m", "banjie"]
CMD ["web"]
