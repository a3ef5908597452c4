/** Invitations: those that can still be used, and a new one, whose link is shown this once. */

import { createInvite, type Invite, listInvites, withdrawInvite } from "../../sdk/mod.ts";
import { chat, Copyable, labelFor, listOf, useState } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { Group, Select } from "./fields.tsx";
import { privateRooms, RoomChooser } from "./room_chooser.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

const USES = [1, 5, 25];
const DAYS = [1, 7, 30];
const MOST_ROOMS = 20;

export function Invites() {
  const { value: invites = [], problem, reload } = useLoaded(() => listInvites(chat));
  const [link, setLink] = useState("");
  const { act, outcome } = useAct();
  const create = async (order: Order) => {
    const isDone = await act(async () => {
      setLink((await createInvite({ ...chat, ...order })).link);
    }, rare.inviteMade);
    if (isDone) await reload();
    return isDone;
  };
  const withdraw = async (id: string) => {
    if (!await act(() => withdrawInvite({ ...chat, id }), rare.inviteWithdrawn)) return;
    setLink("");
    await reload();
  };
  return (
    <Group title={rare.invitations}>
      {problem && <p class="hint">{problem}</p>}
      {invites.length === 0 && <p class="hint">{rare.noInvitations}</p>}
      <ul class="devices">
        {invites.map((invite) => (
          <li key={invite.id}>
            <Row invite={invite} withdraw={() => withdraw(invite.id)} />
          </li>
        ))}
      </ul>
      <NewInvite create={create} />
      {outcome}
      {link && <Copyable link={link} label={rare.inviteLink} />}
    </Group>
  );
}

interface Order {
  readonly uses: number;
  readonly days: number;
  readonly rooms: readonly string[] | undefined;
}

function Row({ invite, withdraw }: { invite: Invite; withdraw: () => void }) {
  const { uses, expires, role, rooms = [] } = invite;
  const ends = rare.inviteEnds(when(expires));
  return (
    <>
      <span>
        <span>{rare.usesLeft(uses)}</span>
        <span class="hint">
          {ends}
          {rooms.length > 0 && ` · ${rare.leadsTo(listOf(rooms.map(labelFor).map(isolated)))}`}
        </span>
      </span>
      {role === "admin" && <span class="tag">{rare.admin}</span>}
      <button
        type="button"
        class="button small danger"
        aria-label={rare.withdrawOf(ends)}
        onClick={withdraw}
      >
        {rare.withdraw}
      </button>
    </>
  );
}

function NewInvite({ create }: { create: (order: Order) => Promise<boolean> }) {
  const [uses, setUses] = useState(USES[0]);
  const [days, setDays] = useState(DAYS[1]);
  const [rooms, setRooms] = useState<readonly string[]>([]);
  const offered = privateRooms();
  const make = async () => {
    const order = { uses, days, rooms: rooms.length > 0 ? rooms : undefined };
    if (await create(order)) setRooms([]);
  };
  return (
    <>
      {offered.length > 0 && (
        <div>
          <p class="hint">{rare.inviteRoomsHint}</p>
          <RoomChooser
            label={rare.inviteRooms}
            offered={offered}
            chosen={rooms}
            setChosen={setRooms}
            most={MOST_ROOMS}
          />
        </div>
      )}
      <div class="buttons">
        <Select
          label={rare.inviteUses}
          options={USES}
          value={uses}
          text={rare.people}
          set={setUses}
        />
        <Select
          label={rare.inviteDays}
          options={DAYS}
          value={days}
          text={rare.days}
          set={setDays}
        />
        <button type="button" class="button main" onClick={make}>{rare.createInvite}</button>
      </div>
    </>
  );
}
