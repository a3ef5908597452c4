/** The reader's passkeys, which can be deleted, and adding one. */

import { addPasskey, deletePasskey, listPasskeys, type PasskeySummary } from "../../sdk/mod.ts";
import { dates, Icon, server } from "../kit.ts";
import { deviceOf } from "../text/agents.ts";
import { create, hasPasskeys } from "./credentials.ts";
import { Group } from "./fields.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

export function Passkeys() {
  const { value, problem, reload } = useLoaded(() => listPasskeys({ url: server }));
  const { act, outcome } = useAct();
  const add = async () => {
    if (await act(() => addPasskey({ url: server, create }), rare.passkeyAdded)) await reload();
  };
  const remove = async (id: string) => {
    if (await act(() => deletePasskey({ url: server, id }), rare.passkeyDeleted)) await reload();
  };
  const { passkeys = [], provenUntil = 0 } = value ?? {};
  return (
    <Group title={rare.passkeys}>
      <p class="hint">{problem || rare.passkeysHint}</p>
      <ul class="devices">
        {passkeys.map((passkey) => (
          <li key={passkey.id}>
            <Passkey passkey={passkey} remove={() => remove(passkey.id)} />
          </li>
        ))}
      </ul>
      {value && hasPasskeys() &&
        <Adding provenUntil={provenUntil} label={rare.addPasskey} add={add} />}
      {outcome}
    </Group>
  );
}

function Passkey(
  { passkey: { agent = "", created, used }, remove }: {
    passkey: PasskeySummary;
    remove: () => void;
  },
) {
  const label = deviceOf(agent).name || rare.thisBrowser;
  return (
    <>
      <Icon name="lock" />
      <span>
        <bdi>{label}</bdi>
        <span class="hint">
          {used > created ? rare.lastUsed(dates.moment(used)) : rare.addedAt(dates.moment(created))}
        </span>
      </span>
      <button
        type="button"
        class="button small"
        aria-label={rare.deletePasskey(label)}
        onClick={remove}
      >
        {rare.remove}
      </button>
    </>
  );
}

/** The button that adds something, as long as the reader's last sign-in is recent enough. */
export function Adding(
  { provenUntil, label, add }: { provenUntil: number; label: string; add: () => void },
) {
  if (provenUntil < Date.now()) return <p class="hint">{rare.signInAgain}</p>;
  return (
    <div>
      <button type="button" class="button small" onClick={add}>{label}</button>
    </div>
  );
}
