/**
 * The wire of GoChatting.
 *
 * In: a frame is a message. Out: an object for each message, and one with everybody who is present
 * whenever somebody comes or goes. GoChatting's page parses a frame as one object, so only clients that
 * ask for it get objects joined with newlines. Emails are never shown: the field is always "".
 */

import type { Change, Message } from "../journal/journal.ts";
import type { Person } from "../hub/person.ts";
import { byPlace, type Place, textWithFiles } from "./file_text.ts";
import { cleanText, isVisible } from "./sanitize.ts";
import { shownName, type Wire } from "./wire.ts";

const PICTURE = "https://www.gravatar.com/avatar/";

function user({ id, name, avatar }: { id: string; name: string; avatar?: string }) {
  return {
    Name: shownName({ id, name }),
    Email: "",
    Gravatar: avatar ? `${PICTURE}${avatar}?s=20` : `${PICTURE}?d=mp&s=20`,
  };
}

/** `MM-DD HH:MM:SS`, in UTC. */
function time(at: number): string {
  return new Date(at).toISOString().slice(5, 19).replace("T", " ");
}

function text(content: string, from: ReturnType<typeof user>, at: number): string {
  return JSON.stringify({
    MType: "text_mtype",
    TextMessage: { Content: content, UserInfo: from, Time: time(at) },
    UserStatus: { Users: null },
  });
}

function message(message: Message, place: Place): string {
  const { from, name, avatar, at } = message;
  return text(textWithFiles(message, place), user({ id: from, name, avatar }), at);
}

function edit({ from, name, at }: Change, content: string): string {
  return text(`* ${content}`, user({ id: from, name }), at);
}

function status(members: readonly Person[]): string {
  return JSON.stringify({
    MType: "status_mtype",
    TextMessage: { Content: "", UserInfo: null, Time: "" },
    UserStatus: { Users: members.map(user) },
  });
}

function wire(place: Place, join: (objects: string[]) => string[]): Wire {
  return {
    name: "gochatting",

    decode(frame) {
      const text = cleanText(frame);
      return isVisible(text) ? [{ type: "say", text }] : [];
    },

    encode(entries, isReplay) {
      const objects: string[] = [];
      for (const entry of entries) {
        if (entry.kind === "message" && !entry.deleted) objects.push(message(entry, place));
        if (entry.kind === "change" && entry.action.type === "edit" && !isReplay) {
          objects.push(edit(entry, entry.action.text));
        }
        if (entry.kind === "presence" && entry.members) objects.push(status(entry.members));
      }
      return join(objects);
    },

    welcome: ({ members }) => [status(members)],
    gap: () => [],
    members: (members) => [status(members)],
    refusal: (_code, detail) => [
      text(`not sent: ${detail}`, { Name: "server", Email: "", Gravatar: "" }, Date.now()),
    ],
    pong: () => [],
  };
}

/** The wire of `/chat`: one object in each frame. */
export const gochattingAt: (place: Place) => Wire = byPlace((place) =>
  wire(place, (objects) => objects)
);

/** The wire of `/chat?batch=1`: objects joined with newlines. */
export const gochattingBatchedAt: (place: Place) => Wire = byPlace((place) =>
  wire(place, (objects) => objects.length > 0 ? [objects.join("\n")] : [])
);
