FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PATH=/opt/venv/bin:$PATH

RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN pip install --quiet --require-hashes -r /tmp/base.txt

# What counts over every character of a comment is compiled.
RUN apt-get update -qq \
    && apt-get install -qq -y --no-install-recommends gcc libc6-dev >/dev/null \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
# Editable: the sources stay beside templates/, where the application looks for it.
COPY LICENSE README.md pyproject.toml ./
COPY moderation/__init__.py moderation/
COPY moderation/classifier/native moderation/classifier/native/
RUN mkdir workers \
    && pip install --quiet --no-deps --no-build-isolation -e . \
    && ls moderation/classifier/_native*.so >/dev/null \
    && rm -rf build ./*.egg-info

COPY . .
# At run time nothing can be written here, so all bytecode is made now.
RUN python -m compileall -q --invalidation-mode unchecked-hash moderation workers docker


FROM python:3.11-slim

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MODERATION_INSTANCE=/var/lib/moderation \
    MODERATION_HOST=0.0.0.0 \
    MODERATION_DEMO=off

# The number is fixed since files in volumes outlive the image.
RUN groupadd --gid 10001 moderation \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/moderation \
        --shell /usr/sbin/nologin moderation \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/moderation /var/lib/moderation/secrets

COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
CMD ["moderation", "--help"]
