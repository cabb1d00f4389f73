# One image for the five services, the jobs that prepare them, and the command line; see docker-compose.yml.

FROM node:24-slim AS build
WORKDIR /tollgate
COPY . .
# No install script is needed: the image brings Node, and the servers run in containers of their own.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
RUN node tools/build/build.mjs

# The OpenID provider for development (see docker-compose.yml): the one part that needs the packages of development.
FROM node:24-slim AS sign-in
WORKDIR /tollgate
RUN mkdir -p /secrets/sign-in && chown -R node:node /secrets
COPY --from=build /tollgate /tollgate
USER node
ENTRYPOINT ["node"]

FROM build AS pruned
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf apps/*/src libs/*/src tools/*/src apps/*-e2e tools/bench tools/build

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /tollgate
# A new volume takes over the owner of the folder that it is mounted on.
RUN mkdir -p /secrets/operator /secrets/kafka /secrets/intake /secrets/router /secrets/notifier /secrets/guardrail \
    /secrets/audit /secrets/postgres /secrets/sign-in \
  && chown -R node:node /secrets
COPY --from=pruned /tollgate/package.json /tollgate/pom.xml ./
COPY --from=pruned /tollgate/node_modules node_modules
COPY --from=pruned /tollgate/libs libs
COPY --from=pruned /tollgate/apps apps
COPY --from=pruned /tollgate/tools tools
COPY --from=pruned /tollgate/policies policies
COPY --from=pruned /tollgate/examples examples
USER node
ENTRYPOINT ["node", "--disable-warning=TimeoutNegativeWarning", "--disable-warning=ExperimentalWarning"]
