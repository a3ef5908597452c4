/** The accounts of an issuer that sign the reader in, and linking one, which goes on at the issuer's. */

import { listAccounts, startAccount, unlinkAccount } from "../../sdk/mod.ts";
import { dates, Icon, server } from "../kit.ts";
import { Group } from "./fields.tsx";
import { Adding } from "./passkeys.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

/** @param props.issuer its host */
export function Accounts({ issuer }: { issuer: string }) {
  const { value, problem, reload } = useLoaded(() => listAccounts({ url: server }));
  const { act, outcome } = useAct();
  const link = () =>
    act(async () => location.assign(await startAccount({ url: server, link: true })));
  const unlink = async (id: string) => {
    if (await act(() => unlinkAccount({ url: server, id }), rare.accountUnlinked)) await reload();
  };
  return (
    <Group title={rare.accounts}>
      {problem && <p class="hint">{problem}</p>}
      <ul class="devices">
        {value?.accounts.map(({ id, created }) => (
          <li key={id}>
            <Icon name="link" />
            <span>
              <bdi>{issuer}</bdi>
              <span class="hint">{rare.addedAt(dates.moment(created))}</span>
            </span>
            <button
              type="button"
              class="button small"
              aria-label={rare.unlinkAccount(issuer)}
              onClick={() => unlink(id)}
            >
              {rare.remove}
            </button>
          </li>
        ))}
      </ul>
      {value && (
        <Adding provenUntil={value.provenUntil} label={rare.linkAccount(issuer)} add={link} />
      )}
      {outcome}
    </Group>
  );
}
