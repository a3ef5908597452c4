/** The bots of the chat, for admins: which there are, a new one, and the end of one. */

import { type Bot, deleteBot } from "../../sdk/mod.ts";
import { chat, Disc, labelFor, listOf, useState } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { Group } from "./fields.tsx";
import { NewBot } from "./new_bot.tsx";
import { Sure } from "./sure.tsx";
import { type Loaded, useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

export function Bots({ value: bots, problem, reload }: Loaded<readonly Bot[]>) {
  const { act, outcome } = useAct();
  const [deleted, setDeleted] = useState("");
  const remove = async ({ id, name }: Bot) => {
    if (!await act(() => deleteBot({ ...chat, id }), rare.botDeleted(isolated(name)))) return;
    setDeleted(id);
    await reload();
  };
  return (
    <Group title={rare.bots}>
      {problem && <p class="hint">{problem}</p>}
      {bots?.length === 0 && <p class="hint">{rare.noBots}</p>}
      <ul class="devices">
        {bots?.map((bot) => (
          <li key={bot.id}>
            <Row bot={bot} remove={() => remove(bot)} />
          </li>
        ))}
      </ul>
      {outcome}
      <NewBot made={reload} deleted={deleted} />
    </Group>
  );
}

function Row({ bot, remove }: { bot: Bot; remove: () => void }) {
  const { id, name, rooms, hook, metrics } = bot;
  const places = rooms?.map(labelFor) ?? [];
  return (
    <>
      <Disc id={id} name={name} />
      <span>
        <bdi>{name}</bdi>
        <span class="hint">
          {rooms ? rare.botMayEnter(listOf(places.map(isolated))) : rare.entersOpenRooms}
          {hook && ` ${rare.hookOf(isolated(labelFor(hook)))}`}
          {metrics && ` ${rare.readsMetrics}`}
        </span>
      </span>
      <Sure
        label={rare.deleteBot}
        name={rare.deleteBotOf(isolated(name))}
        question={rare.deleteBotLead(isolated(name))}
        done={rare.deleteBotNow}
        act={remove}
      />
    </>
  );
}
