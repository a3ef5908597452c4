/** The settings: nothing of the profile is changed before Save; the rest happens at a press. */

import { access, FormDialog, isByInvitation, isName, saveProfile, useState } from "../kit.ts";
import { words, type You, you } from "../kit.ts";
import { Blocked } from "./blocked.tsx";
import { Devices } from "./devices.tsx";
import { failureOf } from "./failure.ts";
import { Group, Input, Tick } from "./fields.tsx";
import { OwnWays } from "./sign_in.tsx";
import { SignOut } from "./sign_out.tsx";
import { useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

type Faults = { readonly name?: string; readonly email?: string };

export function Settings() {
  const [wanted, setWanted] = useState(you.peek());
  const [faults, setFaults] = useState<Faults>({});
  const { act, outcome } = useAct();
  const set = (some: Partial<You>) => setWanted((before) => ({ ...before, ...some }));
  const save = async () => {
    const given = { ...wanted, name: wanted.name.trim(), email: wanted.email.trim() };
    const found = faultsOf(given);
    setFaults(found);
    if (found.name || found.email) return false;
    return await act(async () => {
      try {
        await saveProfile(given);
      } catch (error) {
        const { status, why } = failureOf(error);
        if (status === 409 || status === 400) setFaults({ name: why });
        throw error;
      }
    });
  };
  return (
    <FormDialog title={words.settings} done={words.save} save={save}>
      <Profile wanted={wanted} set={set} faults={faults} />
      <Notifications wanted={wanted} set={set} />
      {outcome}
      {access !== "token" && (
        <>
          <Devices />
          {isByInvitation && <OwnWays />}
        </>
      )}
      <Blocked />
      {access !== "token" && <SignOut />}
    </FormDialog>
  );
}

function faultsOf({ name, email }: You): Faults {
  const isNameFit = isName(name) && (name !== "" || !isByInvitation);
  return {
    ...!isNameFit && { name: words.badName },
    ...email !== "" && !email.includes("@") && { email: words.badEmail },
  };
}

interface Part {
  readonly wanted: You;
  readonly set: (some: Partial<You>) => void;
}

function Profile({ wanted, set, faults }: Part & { faults: Faults }) {
  return (
    <Group title={words.profile}>
      <Input
        label={words.name}
        value={wanted.name}
        hint={isByInvitation ? rare.memberName : words.nameHint}
        fault={faults.name}
        set={(name) => set({ name })}
      />
      {!isByInvitation && (
        <>
          <Input
            label={words.email}
            value={wanted.email}
            hint={words.emailHint}
            fault={faults.email}
            isEmail
            set={(email) => set({ email })}
          />
          <Tick
            label={words.pictures}
            value={wanted.pictures}
            set={(pictures) => set({ pictures })}
          />
        </>
      )}
    </Group>
  );
}

function Notifications({ wanted, set }: Part) {
  return (
    <Group title={words.notifications}>
      <Tick
        label={words.notify}
        value={wanted.notify}
        set={async (notify) => set({ notify: notify && await mayNotify() })}
      />
      <Tick label={words.sound} value={wanted.sound} set={(sound) => set({ sound })} />
    </Group>
  );
}

async function mayNotify(): Promise<boolean> {
  return await globalThis.Notification?.requestPermission() === "granted";
}
