# The page in a container: built here, then served by `lispcore serve` (docs/deploying.md).
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
# Node.js comes as a Python package where the machine has none.
RUN python3 build.py wheel

FROM python:3.13-slim
COPY --from=build /source/wheels/ /wheels/
RUN pip install --no-cache-dir /wheels/*.whl && rm -r /wheels && useradd --system lispcore
USER lispcore
EXPOSE 8000
HEALTHCHECK CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/')"]
CMD ["lispcore", "serve", "--host", "0.0.0.0", "--port", "8000", "--no-open"]
