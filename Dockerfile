# docker build -t cerebro . && docker run --rm -v "$PWD:/work:ro" cerebro scan node_modules
# See docs/install.md, also for what the sandbox needs of a container.
FROM debian:12-slim AS build
COPY . /src
WORKDIR /src
RUN apt-get update -q && tools/setup.sh \
 && cmake --preset release -DCEREBRO_BUILD_TESTS=OFF -DCEREBRO_BUILD_BENCH=OFF \
 && cmake --build --preset release \
 && cd build/release && cpack -G DEB

FROM debian:12-slim
COPY --from=build /src/build/release/cerebro_*.deb /tmp/
RUN apt-get update -q && apt-get install -y -q --no-install-recommends /tmp/cerebro_*.deb \
 && rm -rf /tmp/*.deb /var/lib/apt/lists/*
USER nobody
WORKDIR /work
ENTRYPOINT ["cerebro"]
