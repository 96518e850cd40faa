# Pages and server, built from source.
FROM rust:1.95-bookworm AS build
WORKDIR /src
RUN rustup target add wasm32-unknown-unknown
COPY . .
RUN cargo xtask build && cargo build --profile dist -p renzheng

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin renzheng \
 && install -d -o renzheng -g renzheng -m 0700 /var/lib/renzheng
COPY --from=build /src/target/dist/renzheng /usr/local/bin/renzheng
COPY --from=build /src/frontend/dist /usr/local/share/renzheng/spa
USER 10001
ENV RENZHENG_DATA_DIR=/var/lib/renzheng RENZHENG_SPA_DIR=/usr/local/share/renzheng/spa RENZHENG_LISTEN=0.0.0.0:8080 \
    RENZHENG_METRICS_LISTEN=0.0.0.0:9464
VOLUME /var/lib/renzheng
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["renzheng", "health"]
ENTRYPOINT ["renzheng"]
CMD ["serve"]
