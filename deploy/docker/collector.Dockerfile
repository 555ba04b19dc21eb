# The collector: takes batches from SDKs, and answers once Kafka has them.
#
#   docker build --file deploy/docker/collector.Dockerfile --tag px-platform/collector .
#
# The three differ in their last line alone, so all but the first are built from the cache.
FROM node:22-bookworm-slim AS build
ENV TURBO_TELEMETRY_DISABLED=1
WORKDIR /px
COPY . .
RUN npm ci --no-audit --no-fund
RUN npx turbo run build --filter=px-platform
RUN node deploy/docker/assemble.mjs /app

FROM node:22-bookworm-slim
ENV NODE_ENV=production
ENV PATH=/app/node_modules/.bin:$PATH
WORKDIR /app
COPY --from=build /app /app
USER node
EXPOSE 4400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4400/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["px"]
CMD ["collector"]
