/** The dialog for a new room. */

import { FormDialog, go, Problem, useState, words } from "../kit.ts";
import { isRoom, roomOf } from "../text/rooms.ts";

export function AddRoom() {
  const [name, setName] = useState("");
  const [isWrong, setWrong] = useState(false);
  const save = () => {
    const room = roomOf(name);
    setWrong(!isRoom(room));
    if (!isRoom(room)) return false;
    go(room);
    return true;
  };
  return (
    <FormDialog title={words.addRoom} done={words.add} save={save}>
      <div class="group">
        <h3>{words.roomName}</h3>
        <div>
          <input
            class="input"
            dir="auto"
            maxLength={64}
            aria-label={words.roomName}
            aria-describedby="roomHint"
            aria-invalid={isWrong}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          {isWrong
            ? <Problem id="roomHint">{words.roomHint}</Problem>
            : <p class="hint" id="roomHint">{words.roomHint}</p>}
        </div>
      </div>
    </FormDialog>
  );
}
