/**
 * What the parts in `rare/`, which are loaded later, use of the page. They import it from here and
 * nowhere else, since a module that they had a copy of would have a state of its own.
 */

export { Fragment, jsx, jsxs } from "preact/jsx-runtime";
export type { ComponentChildren } from "preact";
export { useEffect, useId, useRef, useState } from "preact/hooks";
export { Copyable } from "./parts/copyable.tsx";
export { closeDialog, FormDialog, Modal, Problem, showDialog } from "./parts/dialog.tsx";
export { Disc } from "./parts/disc.tsx";
export { Icon } from "./parts/icon.tsx";
export { NameField } from "./parts/name_field.tsx";
export { carded, openCard } from "./parts/open_card.ts";
export { Whole } from "./parts/whole.tsx";
export { isArchived, title } from "./state/changes.ts";
export { myId } from "./state/labels.ts";
export { heard } from "./state/names.ts";
export { members } from "./state/people.ts";
export { access, chat, chatName, go, room, server } from "./state/place.ts";
export {
  current,
  labelFor,
  learn,
  matching,
  refresh as refreshRooms,
  type Row,
} from "./state/rooms.ts";
export { adopt, isAdmin, isByInvitation, leave, saveProfile } from "./state/session.ts";
export { hint } from "./state/status.ts";
export { mention } from "./state/writing.ts";
export { change, isName, ownName, type You, you } from "./state/you.ts";
export { dates, inLanguage, listOf, words } from "./words/words.ts";
