/** Which message the reader points at, is at with the keyboard, or has opened the menu of. */

import { signal } from "@preact/signals";
import type { Message } from "../../sdk/mod.ts";

/** The seq of the message below the mouse. */
export const hovered = signal<number | undefined>(undefined);
/** The seq of the message that has the keyboard's focus, itself or in it. */
export const focused = signal<number | undefined>(undefined);
/** The message that a dialog is about. */
export const chosen = signal<Message | undefined>(undefined);
