/** What the field is for: a new message, the answer to one, or another text for one's own. */

import { signal } from "@preact/signals";
import type { Message } from "../../sdk/mod.ts";

/** What is being answered or edited; undefined: a new message is written. */
export type About = { readonly kind: "reply" | "edit"; readonly message: Message };

export const about = signal<About | undefined>(undefined);
