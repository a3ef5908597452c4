# The compiled program in a small image, not as root. Compile first, on the same kind of machine:
#
#   deno task compile && docker build --tag hubbub .
#   docker run --publish 8080:8080 --volume hubbub:/home/nonroot hubbub
#
# `distroless/cc` is glibc and nothing else: no shell, no package manager. Its one folder that the
# user may write is this home, where a program starts; a folder made here would be root's with some
# builders.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --chmod=755 hubbub /usr/local/bin/hubbub
VOLUME /home/nonroot
ENV CHAT_DB=/home/nonroot/chat.db CHAT_LOG=json
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/hubbub"]
