/** Where the reader is signed in: sessions, which can be ended, and a link for another device. */

import { createDeviceLink, endSession, listSessions, type SessionSummary } from "../../sdk/mod.ts";
import { Copyable, Icon, server, useState } from "../kit.ts";
import { deviceOf } from "../text/agents.ts";
import { Group } from "./fields.tsx";
import { QrCode } from "./qr_code.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

export function Devices() {
  const { value: sessions = [], problem, reload } = useLoaded(() => listSessions({ url: server }));
  const { act, outcome } = useAct();
  const end = async (id: string) => {
    if (await act(() => endSession({ url: server, id }), rare.sessionEnded)) await reload();
  };
  return (
    <Group title={rare.devices}>
      {problem && <p class="hint">{problem}</p>}
      <ul class="devices">
        {sessions.map((session) => (
          <li key={session.id}>
            <Device session={session} end={() => end(session.id)} />
          </li>
        ))}
      </ul>
      {outcome}
      <AddDevice />
    </Group>
  );
}

function Device({ session, end }: { session: SessionSummary; end: () => void }) {
  const { agent = "", seen, current } = session;
  const { name, isPhone } = deviceOf(agent);
  const label = name || (current ? rare.thisBrowser : rare.firstBrowser);
  const used = seen === undefined ? "" : rare.lastUsed(when(seen));
  return (
    <>
      <Icon name={isPhone ? "phone" : "laptop"} />
      <span>
        <bdi>{label}</bdi>
        <span class="hint">{current ? rare.thisDevice : used}</span>
      </span>
      {!current && (
        <button
          type="button"
          class="button small"
          aria-label={rare.endSession(label)}
          onClick={end}
        >
          {rare.signOut}
        </button>
      )}
    </>
  );
}

/** The link is made only when it is wanted, since anyone who has it becomes the reader. */
function AddDevice() {
  const [link, setLink] = useState("");
  const { act, outcome } = useAct();
  const make = () => act(async () => setLink((await createDeviceLink({ url: server })).link));
  if (link === "") {
    return (
      <div>
        <button type="button" class="button small" onClick={make}>{rare.addDevice}</button>
        {outcome}
      </div>
    );
  }
  return (
    <>
      <div class="pair">
        <QrCode text={link} label={rare.code} />
        <div role="status">
          <b>{rare.addDevice}</b>
          <p class="hint">{rare.addDeviceHint}</p>
        </div>
      </div>
      <Copyable link={link} label={rare.deviceLink} />
    </>
  );
}
