/** What every journal promises of the files that messages name. */

import { assert, assertEquals } from "@std/assert";
import { AppendError, type Draft, type Journal, type LogEntry } from "../../journal/journal.ts";
import { attachment, draft, range } from "../../testing/fakes.ts";
import { edit, remove } from "../../testing/drafts.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";

const named = (...ids: string[]) => ({ files: ids.map((id) => attachment(id)) });

/** The numbers of the messages that name files. */
async function seqsOf(journal: Journal, ...ids: string[]): Promise<Record<string, number>> {
  return Object.fromEntries(await journal.files("r", ids));
}

async function refusals(journal: Journal, ...drafts: Draft[]): Promise<unknown[]> {
  const answers: (LogEntry | AppendError)[] = await journal.append(drafts);
  return answers.map((answer) => answer instanceof AppendError ? answer.code : answer.seq);
}

forEachKind((journalTest, { lasting }) => {
  journalTest("append: keeps the files of a message as they are", async (journal, place) => {
    const files = [
      attachment("a", {
        name: "größe 日本.png",
        type: "image/png",
        width: 3,
        height: 4,
        alt: "x\ny",
      }),
      attachment("b"),
    ];
    const [kept] = await keep(journal, [draft("see", { files }), draft("plain")]);
    assert(kept.kind === "message");
    assertEquals(kept.files, files);
    const reader = lasting ? await place.open() : journal;
    const [read, plain] = (await reader.page("r", { limit: 9 })).messages;
    if (reader !== journal) await reader.close();
    assertEquals(read.files, files);
    assert(!("files" in plain));
  });

  journalTest("append: names a file once", async (journal) => {
    await keep(journal, [draft("one", named("a"))]);
    assertEquals(
      await refusals(
        journal,
        draft("two", named("b")),
        draft("again", named("a")),
        draft("with another", named("c", "a")),
        draft("in one batch", named("b")),
        draft("plain"),
        draft("three", named("c")),
      ),
      [2, "gone", "gone", "gone", 3, 4],
    );
    assertEquals(await seqsOf(journal, "a", "b", "c", "d"), { a: 1, b: 2, c: 4 });
  });

  journalTest("append: refuses a message whose files cannot be named", async (journal) => {
    assertEquals(await refusals(journal, draft("x", { files: [] }), draft("y")), ["gone", 1]);
  });

  journalTest("append: answers with the first message to the same id", async (journal) => {
    const command = draft("one", { id: "x", ...named("a") });
    await keep(journal, [command]);
    for (const files of [command.files, []]) {
      const [again] = await journal.append([{ ...command, files }]);
      assert(!(again instanceof AppendError) && again.duplicate && again.seq === 1);
    }
    await journal.append([remove(1)]);
    const [again] = await journal.append([{ ...command, files: [] }]);
    assert(!(again instanceof AppendError) && again.kind === "message" && again.deleted);
  });

  journalTest("files: is 0 for a file whose message was deleted", async (journal) => {
    await keep(journal, [draft("one", named("a")), draft("two", named("b"))]);
    await journal.append([edit(1, "another text")]);
    assertEquals(await seqsOf(journal, "a", "b"), { a: 1, b: 2 });
    await journal.append([remove(1)]);
    assertEquals(await seqsOf(journal, "a", "b"), { a: 0, b: 2 });
    assert(!("files" in (await journal.page("r", { limit: 9 })).messages[0]));
    assertEquals(await refusals(journal, draft("again", named("a"))), ["gone"]);
  });

  journalTest("files: is 0 for a file whose message was forgotten", async (journal) => {
    await keep(journal, [draft("one", named("a")), draft("two", named("b"))]);
    await keep(journal, range(1, 19).map((n) => draft(`m${n}`)));
    assertEquals(await seqsOf(journal, "a", "b"), { a: 0, b: 2 });
  }, 20);

  journalTest("files: knows nothing of the files of other rooms", async (journal) => {
    await keep(journal, [draft("one", { room: "s", ...named("a") })]);
    assertEquals(await seqsOf(journal, "a"), {});
    assertEquals(await journal.files("nowhere", ["a"]), new Map());
  });

  journalTest("forgetFiles: forgets that a file was named", async (journal) => {
    await keep(journal, [draft("one", named("a", "b"))]);
    await journal.append([remove(1)]);
    await journal.forgetFiles("r", ["a"]);
    await journal.forgetFiles("nowhere", ["b"]);
    assertEquals(await seqsOf(journal, "a", "b"), { b: 0 });
  });
});
