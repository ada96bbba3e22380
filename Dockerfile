# Three steps: the client, the binary with the client in it, and an image that holds nothing else.

FROM node:20-bookworm-slim AS client
WORKDIR /src/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci
COPY static ./
RUN npm run build

FROM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=client /src/static/dist ./static/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/postern ./cmd/postern \
 && install -d -m 1777 /out/tmp \
 && install -d -m 0700 /out/data

FROM scratch
COPY --from=server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=server /out/tmp /tmp
# A volume on /data takes this directory's owner when it is new.
COPY --from=server --chown=65532:65532 /out/data /data
COPY --from=server /out/postern /usr/bin/postern
COPY LICENSE /usr/share/doc/postern/LICENSE

USER 65532:65532
WORKDIR /data
VOLUME /data
# Without more settings: SQLite and attachments under /data.
ENV POSTERN_LISTEN=0.0.0.0:8080 \
    POSTERN_SMTP_LISTEN=0.0.0.0:2525 \
    POSTERN_DATABASE=sqlite:/data/postern.db \
    POSTERN_DATA=/data
EXPOSE 8080 2525
ENTRYPOINT ["/usr/bin/postern"]
CMD ["serve"]
