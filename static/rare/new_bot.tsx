/** The form for a new bot, and what is shown of it this once: its token and the address of its hook. */

import { createBot, type NewBot as Made } from "../../sdk/mod.ts";
import { chat, Copyable, useState, words } from "../kit.ts";
import { Choice, Input, Select, Tick } from "./fields.tsx";
import { openAndPrivateRooms, RoomChooser } from "./room_chooser.tsx";
import { useAct } from "./use_act.tsx";
import { useFocus } from "./use_focus.ts";
import { rare } from "./words.ts";

const MOST_ROOMS = 50;
const NO_HOOK = "";

interface Wanted {
  readonly name: string;
  /** Undefined: all open ones. */
  readonly rooms: readonly string[] | undefined;
  readonly hook: string;
  readonly metrics: boolean;
}

const NOTHING: Wanted = { name: "", rooms: undefined, hook: NO_HOOK, metrics: false };

/** @param made is called once there is another bot @param deleted the bot that was deleted last */
export function NewBot({ made, deleted }: { made: () => unknown; deleted: string }) {
  const [isOpen, setOpen] = useState(false);
  const [newest, setNewest] = useState<Made | undefined>(undefined);
  const shown = newest?.id === deleted ? undefined : newest;
  const button = useFocus<HTMLButtonElement>(isOpen);
  const done = (bot: Made) => {
    setNewest(bot);
    setOpen(false);
    made();
  };
  if (isOpen) return <Form done={done} cancel={() => setOpen(false)} />;
  return (
    <>
      <div role="status">{shown && <p class="hint">{rare.botMade(shown.name)}</p>}</div>
      {shown && (
        <>
          <Copyable link={shown.token} label={rare.botToken} copy={rare.copyToken} />
          {shown.hook && (
            <Copyable link={shown.hook} label={rare.hookAddress} copy={rare.copyAddress} />
          )}
        </>
      )}
      <div>
        <button ref={button} type="button" class="button small" onClick={() => setOpen(true)}>
          {rare.addBot}
        </button>
      </div>
    </>
  );
}

function Form({ done, cancel }: { done: (bot: Made) => void; cancel: () => void }) {
  const [wanted, setWanted] = useState(NOTHING);
  const [isNameless, setNameless] = useState(false);
  const { act, outcome } = useAct();
  const set = (some: Partial<Wanted>) => setWanted((before) => ({ ...before, ...some }));
  const create = async () => {
    const { name, rooms, hook, metrics } = wanted;
    setNameless(name.trim() === "");
    if (name.trim() === "") return;
    const order = { name: name.trim(), rooms, hook: hook || undefined, metrics };
    await act(async () => done(await createBot({ ...chat, ...order })));
  };
  return (
    <div class="panel" role="group" aria-label={rare.addBot}>
      <Input
        label={words.name}
        value={wanted.name}
        hint={rare.botHint}
        fault={isNameless ? rare.botNameless : undefined}
        isFirst
        set={(name) => set({ name })}
      />
      <Places rooms={wanted.rooms} set={(rooms) => set({ rooms })} />
      <Hook room={wanted.hook} set={(hook) => set({ hook })} />
      <Tick
        label={rare.botMetrics}
        value={wanted.metrics}
        set={(metrics) => set({ metrics })}
      />
      {outcome}
      <div class="buttons">
        <button type="button" class="button main" onClick={create}>{rare.createBot}</button>
        <button type="button" class="button" onClick={cancel}>{words.cancel}</button>
      </div>
    </div>
  );
}

/** The rooms that it may enter. */
function Places(
  { rooms, set }: { rooms: Wanted["rooms"]; set: (rooms: Wanted["rooms"]) => void },
) {
  return (
    <div role="radiogroup" aria-label={rare.botRooms}>
      <p class="hint">{rare.botRooms}</p>
      <Choice
        name="places"
        label={rare.allOpenRooms}
        isOn={rooms === undefined}
        choose={() => set(undefined)}
      />
      <Choice
        name="places"
        label={rare.someRooms}
        hint={rare.someRoomsHint}
        isOn={rooms !== undefined}
        choose={() => set([])}
      />
      {rooms && (
        <RoomChooser
          label={rare.botRooms}
          offered={openAndPrivateRooms()}
          chosen={rooms}
          setChosen={set}
          most={MOST_ROOMS}
        />
      )}
    </div>
  );
}

/** The room of its hook. */
function Hook({ room, set }: { room: string; set: (room: string) => void }) {
  const labels = new Map(openAndPrivateRooms().map(({ name, label }) => [name, label]));
  return (
    <label class="label">
      <b>{rare.hook}</b>
      <Select
        label={rare.hook}
        options={[NO_HOOK, ...labels.keys()]}
        value={room}
        text={(name) => labels.get(name) ?? rare.noHook}
        set={set}
      />
      <span class="hint">{rare.hookHint}</span>
    </label>
  );
}
