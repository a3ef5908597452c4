/** The dialog for a new room: an open one by its name, or a private one with a title and people. */

import { createPrivateRoom } from "../../sdk/mod.ts";
import { chat, FormDialog, go, learn, ownName, useState, words } from "../kit.ts";
import { isRoom, roomOf } from "../text/rooms.ts";
import { Chooser } from "./chooser.tsx";
import { Choice, Group, Input } from "./fields.tsx";
import { useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

const MOST_OF_NAME = 64;
const MOST_OF_TITLE = 100;
const MOST_MEMBERS = 40;

export function AddRoom() {
  const [name, setName] = useState("");
  const [isPrivate, setPrivate] = useState(false);
  const [members, setMembers] = useState<readonly string[]>([]);
  const [isWrong, setWrong] = useState(false);
  const { act, outcome } = useAct();
  const save = async () => {
    const room = roomOf(name);
    const isFit = isPrivate ? name.trim() !== "" : isRoom(room);
    setWrong(!isFit);
    if (!isFit) return false;
    if (isPrivate) return await act(() => addPrivate(name.trim(), members));
    go(room);
    return true;
  };
  const hint = isPrivate ? rare.titleHint : words.roomHint;
  return (
    <FormDialog title={words.addRoom} done={words.add} save={save}>
      <Group title={words.roomName}>
        <Input
          label={words.roomName}
          isAlone
          value={name}
          most={isPrivate ? MOST_OF_TITLE : MOST_OF_NAME}
          hint={hint}
          fault={isWrong ? hint : undefined}
          set={setName}
        />
      </Group>
      <Group title={rare.who}>
        <Choice
          name="who"
          label={rare.everybody}
          hint={rare.everybodyHint}
          isOn={!isPrivate}
          choose={() => setPrivate(false)}
        />
        <Choice
          name="who"
          label={rare.onlyAdded}
          hint={rare.onlyAddedHint}
          isOn={isPrivate}
          choose={() => setPrivate(true)}
        />
        {isPrivate && (
          <Chooser label={rare.who} chosen={members} setChosen={setMembers} most={MOST_MEMBERS} />
        )}
        {outcome}
      </Group>
    </FormDialog>
  );
}

async function addPrivate(title: string, members: readonly string[]): Promise<void> {
  const room = await createPrivateRoom({ ...chat, title, members, name: ownName() });
  learn(room);
  go(room.name);
}
