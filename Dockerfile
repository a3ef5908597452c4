# The compiled program in a small image, not as root. Compile first, on the same kind of machine:
#
#   deno task compile && docker build --tag hubbub .
#   docker run --publish 8080:8080 --volume hubbub:/data hubbub
#
# `distroless/cc` is glibc and nothing else: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --chmod=755 hubbub /usr/local/bin/hubbub
# The folder is made here so that a new volume belongs to the user.
WORKDIR /data
COPY --chown=nonroot:nonroot LICENSE /data/
VOLUME /data
ENV CHAT_DB=/data/chat.db CHAT_LOG=json
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/hubbub"]
