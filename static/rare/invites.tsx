/** Invitations: those that can still be used, and a new one, whose link is shown this once. */

import { createInvite, type Invite, listInvites, withdrawInvite } from "../../sdk/mod.ts";
import { Copyable, server, useState } from "../kit.ts";
import { Group } from "./fields.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

const USES = [1, 5, 25];
const DAYS = [1, 7, 30];

export function Invites() {
  const { value: invites = [], problem, reload } = useLoaded(() => listInvites({ url: server }));
  const [link, setLink] = useState("");
  const { act, outcome } = useAct();
  const create = async (uses: number, days: number) => {
    const isDone = await act(async () => {
      setLink((await createInvite({ url: server, uses, days })).link);
    }, rare.inviteMade);
    if (isDone) await reload();
  };
  const withdraw = async (id: string) => {
    if (!await act(() => withdrawInvite({ url: server, id }), rare.inviteWithdrawn)) return;
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

function Row({ invite, withdraw }: { invite: Invite; withdraw: () => void }) {
  const { uses, expires, role } = invite;
  const ends = rare.inviteEnds(when(expires));
  return (
    <>
      <span>
        <span>{rare.usesLeft(uses)}</span>
        <span class="hint">{ends}</span>
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

function NewInvite({ create }: { create: (uses: number, days: number) => void }) {
  const [uses, setUses] = useState(USES[0]);
  const [days, setDays] = useState(DAYS[1]);
  return (
    <div class="buttons">
      <Select
        label={rare.inviteUses}
        options={USES}
        value={uses}
        text={rare.people}
        set={setUses}
      />
      <Select label={rare.inviteDays} options={DAYS} value={days} text={rare.days} set={setDays} />
      <button type="button" class="button main" onClick={() => create(uses, days)}>
        {rare.createInvite}
      </button>
    </div>
  );
}

function Select({ label, options, value, text, set }: {
  label: string;
  options: readonly number[];
  value: number;
  text: (n: number) => string;
  set: (value: number) => void;
}) {
  return (
    <select
      class="input select"
      aria-label={label}
      value={String(value)}
      onChange={({ currentTarget }) => set(Number(currentTarget.value))}
    >
      {options.map((n) => <option value={String(n)} key={n}>{text(n)}</option>)}
    </select>
  );
}
