/** The people whom the reader blocks. */

import { listBlocks, setBlock } from "../../sdk/mod.ts";
import { chat, Disc } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { Group } from "./fields.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

export function Blocked() {
  const { value: blocks, problem, reload } = useLoaded(() => listBlocks(chat));
  const { act, outcome } = useAct();
  const unblock = async (id: string, name: string) => {
    const done = rare.unblocked(isolated(name));
    if (await act(() => setBlock({ ...chat, id, on: false }), done)) await reload();
  };
  return (
    <Group title={rare.blocked}>
      {problem && <p class="hint">{problem}</p>}
      {blocks?.length === 0 && <p class="hint">{rare.nobodyBlocked}</p>}
      <ul class="devices">
        {blocks?.map((person) => (
          <li key={person.id}>
            <Disc {...person} />
            <span>
              <bdi>{person.name}</bdi>
            </span>
            <button
              type="button"
              class="button small"
              aria-label={rare.unblockOf(isolated(person.name))}
              onClick={() => unblock(person.id, person.name)}
            >
              {rare.unblock}
            </button>
          </li>
        ))}
      </ul>
      {outcome}
    </Group>
  );
}
