/** Closes the open room that is shown to newcomers for a time, or opens it again; for admins. */

import { closeToNewcomers } from "../../sdk/mod.ts";
import { chat, current, FormDialog, hint, refreshRooms, room, useState, words } from "../kit.ts";
import { Group, Select } from "./fields.tsx";
import { useAct } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

const HOUR_S = 3_600;
const HOURS = [1, 24, 24 * 7];

export function Closing() {
  const [hours, setHours] = useState(HOURS[0]);
  const { act, outcome } = useAct();
  const { closed = 0 } = current();
  const isClosed = closed > Date.now();
  const save = async () => {
    const seconds = isClosed ? 0 : hours * HOUR_S;
    const isDone = await act(() => closeToNewcomers({ ...chat, room: room.peek(), seconds }));
    // That it is closed is said where everybody sees it.
    if (isDone && isClosed) hint.value = rare.openedAgain;
    void refreshRooms();
    return isDone;
  };
  const done = isClosed ? rare.openAgain : rare.closeNow;
  return (
    <FormDialog title={rare.newcomers} done={done} save={save}>
      <Group title={isClosed ? rare.isClosed : rare.closeFor}>
        {isClosed ? <p>{words.closedUntil(when(closed))}</p> : (
          <>
            <Select
              label={rare.closeFor}
              options={HOURS}
              value={hours}
              text={rare.hours}
              set={setHours}
            />
            <p class="hint">{rare.closeHint}</p>
          </>
        )}
        {outcome}
      </Group>
    </FormDialog>
  );
}
