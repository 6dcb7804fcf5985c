# The embedded Live server alone: docker build -t livekit-nb . (docs/server.md says how to use it)

FROM docker.io/library/python:3.12-slim AS build
# local,llm brings what --llm needs.
ARG EXTRAS=local
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY livekit_nb livekit_nb
COPY notebooks notebooks
# What only notebooks need, a quarter of it all, is taken out again.
RUN python -m venv /opt/livekit-nb \
 && /opt/livekit-nb/bin/pip install --no-cache-dir --disable-pip-version-check ".[$EXTRAS]" \
 && /opt/livekit-nb/bin/pip uninstall --yes --disable-pip-version-check \
      matplotlib contourpy fonttools kiwisolver ipython jedi ipywidgets ipywebrtc anywidget \
      jupyterlab_widgets widgetsnbextension pip

FROM docker.io/library/python:3.12-slim
COPY --from=build /opt/livekit-nb /opt/livekit-nb
RUN useradd --system --uid 10001 --no-create-home livekit && install -d -o livekit /ca
USER livekit
ENV PATH=/opt/livekit-nb/bin:$PATH PYTHONDONTWRITEBYTECODE=1
EXPOSE 8765
# The certificate to trust for https://localhost:8765 is there; mount the folder to get it.
VOLUME /ca
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/healthz', timeout=2)"]
# Without a shell between, so that the signal to stop arrives.
ENTRYPOINT ["livekit-nb", "serve", "--host", "0.0.0.0", "--port", "8765", "--ca-file", "/ca/live-ca.pem"]
