# The static binaries of a release, unpacked from their archives into linux-amd64 and linux-arm64. No shell, no packages.
FROM gcr.io/distroless/static-debian13:nonroot@sha256:f7f8f729987ad0fdf6b05eeeae94b26e6a0f613bdf46feea7fc40f7bd72953e6
ARG TARGETOS
ARG TARGETARCH
COPY ${TARGETOS}-${TARGETARCH}/spotgen ${TARGETOS}-${TARGETARCH}/LICENSE /
LABEL org.opencontainers.image.title="spotgen" \
      org.opencontainers.image.licenses="Apache-2.0"
# The user nonroot of the base image.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/spotgen"]
