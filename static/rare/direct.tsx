/** A new direct message: to one person or several, or without anybody for one's own notes. */

import { openDirectRoom } from "../../sdk/mod.ts";
import { chat, FormDialog, go, learn, ownName, useState, words } from "../kit.ts";
import { Chooser } from "./chooser.tsx";
import { Group } from "./fields.tsx";
import { useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

/** The reader is the eighth. */
const MOST = 7;

/** Opens the direct room of the reader and these people. */
export async function openDirect(members: readonly string[]): Promise<void> {
  const room = await openDirectRoom({ ...chat, members, name: ownName() });
  learn(room);
  go(room.name);
}

export function NewDirect() {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { act, outcome } = useAct();
  return (
    <FormDialog
      title={words.newDirect}
      done={chosen.length > 0 ? rare.open : rare.openNotes}
      save={() => act(() => openDirect(chosen))}
    >
      <Group title={rare.to}>
        <Chooser label={rare.to} chosen={chosen} setChosen={setChosen} most={MOST} />
        {outcome}
      </Group>
    </FormDialog>
  );
}
