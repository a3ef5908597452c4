/** The pictures of the messages in sight, and which of them is looked at. */

import { computed, signal } from "@preact/signals";
import { type Attachment, fileUrl, type NamedFile } from "../../sdk/mod.ts";
import { kindOf } from "../text/files.ts";
import { lines } from "./log.ts";
import { room, server, token } from "./place.ts";

/** The id of the picture that is looked at. */
export const looked = signal<string | undefined>(undefined);

/** In the order of their messages. */
export const pictures = computed(() =>
  lines.value.flatMap(({ message: { files = [] } }) =>
    files.filter((file) => kindOf(file) === "image")
  )
);

/** The picture that is looked at, and those beside it. */
export const view = computed(() => {
  const all: readonly Attachment[] = pictures.value;
  const at = all.findIndex(({ id }) => id === looked.value);
  return at < 0 ? undefined : { picture: all[at], before: all[at - 1], after: all[at + 1] };
});

/** The address of a file of this room. An element cannot send a token in a header. */
export function addressOfFile(file: NamedFile): string {
  const url = fileUrl(server, room.value, file);
  if (token) url.searchParams.set("token", token);
  return url.href;
}
