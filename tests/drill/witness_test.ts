/** A witness finds every fault in what comes, and in what the client library makes of it. */

import { assertEquals } from "@std/assert";
import { Ledger } from "../../drill/ledger.ts";
import { Witness } from "../../drill/witness.ts";
import type { Edit, Message, Skip } from "../../sdk/protocol.ts";
import { wrongs } from "./wrongs.ts";

const message: Message = { type: "message", seq: 1, at: 1, from: "1", name: "a", text: "hi" };
const edit: Edit = { type: "edit", seq: 2, at: 2, from: "1", of: 1, text: "new" };
const skip: Skip = { type: "skip", from: 3, to: 5, at: 5 };
const edited: Message = { ...message, v: 2, text: "new", edited: 2 };

/** What is found after this, and what the witness knows is compared with these messages. */
function found(see: (witness: Witness) => void, messages = [edited], head = 5): boolean[] {
  const ledger = new Ledger();
  const witness = new Witness("a", ledger);
  const you = { id: "1", name: "a" };
  const welcome = { type: "welcome", room: "r", you, epoch: "e", seq: 0, after: 0 } as const;
  witness.welcome({ ...welcome, members: [], count: 1 });
  see(witness);
  witness.compare({ head, messages, topic: undefined, pins: [] });
  return wrongs(ledger.check(messages));
}

function seeAll(witness: Witness): void {
  witness.message(message, false);
  witness.change(edit, false);
  witness.change(skip, false);
}

Deno.test("Witness: finds nothing where nothing is wrong", () => {
  assertEquals(found(seeAll), [false, false, false, false]);
  const withAnswers = (witness: Witness) => {
    witness.change({ ...edit, seq: 9 }, true);
    seeAll(witness);
    witness.change(edit, true);
    witness.message(message, true);
  };
  assertEquals(found(withAnswers), [false, false, false, false]);
});

Deno.test("Witness: finds a change that comes twice, and one that does not come", () => {
  const twice = (witness: Witness) => {
    seeAll(witness);
    witness.change(skip, false);
  };
  assertEquals(found(twice), [false, true, false, false]);
  const missing = (witness: Witness) => {
    witness.message(message, false);
    witness.change(skip, false);
  };
  assertEquals(found(missing), [false, false, true, true]);
});

Deno.test("Witness: finds a message that it knows otherwise than the server", () => {
  assertEquals(found(seeAll, [{ ...edited, text: "other" }]), [false, false, false, true]);
  assertEquals(found(seeAll, [edited], 6), [false, false, false, true]);
});
