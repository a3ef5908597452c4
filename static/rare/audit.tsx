/** The audit log, for admins: who did what, to whom and when. It is loaded when somebody wants to read it. */

import { type AuditEntry, readAudit } from "../../sdk/mod.ts";
import { chat, dates, heard, labelFor, useState } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { actionWords } from "./audit_words.ts";
import { Group } from "./fields.tsx";
import { useAct } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

/** What somebody is called. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** @param known members and bots; others are called what the page has heard */
export function Audit({ known }: { known: readonly Named[] }) {
  const [entries, setEntries] = useState<readonly AuditEntry[]>([]);
  const [hasMore, setMore] = useState(true);
  const { act, outcome } = useAct();
  const names = new Map([...heard(), ...known.map(({ id, name }) => [id, name] as const)]);
  const isRead = entries.length > 0 || !hasMore;
  const read = () =>
    act(async () => {
      const page = await readAudit({ ...chat, before: entries.at(-1)?.seq });
      setEntries([...entries, ...page.entries.toReversed()]);
      setMore(page.more);
    });
  return (
    <Group title={rare.audit}>
      <p class="hint">{rare.auditHint}</p>
      {isRead && entries.length === 0 && <p class="hint">{rare.auditEmpty}</p>}
      {entries.length > 0 && (
        <ol class="devices audit" aria-label={rare.audit}>
          {entries.map((entry) => (
            <li key={entry.seq}>
              <span>
                <span>{sentenceOf(entry, names)}</span>
                <time class="hint" dateTime={new Date(entry.at).toISOString()}>
                  {when(entry.at)}
                </time>
              </span>
            </li>
          ))}
        </ol>
      )}
      {outcome}
      {hasMore && (
        <div>
          <button type="button" class="button small" onClick={read}>
            {isRead ? rare.auditOlder : rare.auditShow}
          </button>
        </div>
      )}
    </Group>
  );
}

function sentenceOf(
  { by, action, to, room, until }: AuditEntry,
  names: ReadonlyMap<string, string>,
): string {
  const nameOf = (id: string) => isolated(names.get(id) ?? rare.unknownId(id));
  const what = {
    by: by === "" ? rare.operator : nameOf(by),
    to: to === undefined ? undefined : nameOf(to),
    room: room === undefined ? undefined : isolated(labelFor(room)),
    until: until === undefined ? "" : dates.moment(until),
  };
  const sentence = Object.hasOwn(actionWords, action) ? actionWords[action] : undefined;
  return sentence?.(what) ?? rare.otherAction(what.by, action, what.to ?? what.room);
}
