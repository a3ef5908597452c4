/** The chat: rooms, messages, people or the search, and the dialog that is open. */

import { announced } from "../state/announcements.ts";
import { isArchived } from "../state/changes.ts";
import { isShut } from "../state/endings.ts";
import { isOpen } from "../state/finding.ts";
import { words } from "../words/words.ts";
import { Menu } from "./actions.tsx";
import { Banner } from "./banner.tsx";
import { ClosedNote } from "./closed_note.tsx";
import { Composer } from "./composer.tsx";
import { DeleteDialog } from "./delete.tsx";
import { type DialogName, type LaterDialog, open } from "./dialog.tsx";
import { DescribeDialog } from "./describe.tsx";
import { DropZone } from "./drop.tsx";
import { Header } from "./header.tsx";
import { Later } from "./later.tsx";
import { Lightbox } from "./lightbox.tsx";
import { Log } from "./log.tsx";
import { NoRoom } from "./no_room.tsx";
import { People } from "./people.tsx";
import { Picker } from "./picker.tsx";
import { Pins } from "./pins.tsx";
import { RoomMenu } from "./room_menu.tsx";
import { Rooms } from "./rooms.tsx";
import { Search } from "./search.tsx";
import { Switcher } from "./switcher.tsx";

const DIALOGS = {
  roomMenu: RoomMenu,
  switcher: Switcher,
  menu: Menu,
  picker: Picker,
  delete: DeleteDialog,
  pins: Pins,
  picture: Lightbox,
  describe: DescribeDialog,
};

export function Chat() {
  const name = open.value;
  return (
    <>
      <div class="app">
        <Rooms />
        <main>
          <Header />
          <Banner />
          {isShut.value ? <NoRoom /> : (
            <>
              <Log />
              <ClosedNote />
              {isArchived.value ? <p class="note archived">{words.archivedLead}</p> : <Composer />}
            </>
          )}
          <Announcer />
          <DropZone />
        </main>
        {isOpen.value ? <Search /> : <People />}
      </div>
      {name && <Dialog name={name} key={name} />}
    </>
  );
}

function Dialog({ name }: { name: DialogName }) {
  if (!(name in DIALOGS)) return <Later name={name as LaterDialog} />;
  const Part = DIALOGS[name as keyof typeof DIALOGS];
  return <Part />;
}

/** The texts that a screen reader says by itself. */
function Announcer() {
  return (
    <div class="unseen" aria-live="polite">
      {announced.value.map(({ text }, index) => <p key={index}>{text}</p>)}
    </div>
  );
}
