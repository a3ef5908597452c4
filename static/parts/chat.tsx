/** The chat: rooms, messages, people, and the dialog that is open. */

import { announced } from "../state/announcements.ts";
import { Menu } from "./actions.tsx";
import { AddRoom } from "./add_room.tsx";
import { Banner } from "./banner.tsx";
import { Composer } from "./composer.tsx";
import { DeleteDialog } from "./delete.tsx";
import { open } from "./dialog.tsx";
import { DescribeDialog } from "./describe.tsx";
import { DropZone } from "./drop.tsx";
import { Header } from "./header.tsx";
import { Lightbox } from "./lightbox.tsx";
import { Log } from "./log.tsx";
import { People } from "./people.tsx";
import { Picker } from "./picker.tsx";
import { Pins } from "./pins.tsx";
import { RoomMenu } from "./room_menu.tsx";
import { Rooms } from "./rooms.tsx";
import { Settings } from "./settings.tsx";
import { Switcher } from "./switcher.tsx";

const DIALOGS = {
  settings: Settings,
  room: AddRoom,
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
  const Dialog = open.value && DIALOGS[open.value];
  return (
    <>
      <div class="app">
        <Rooms />
        <main>
          <Header />
          <Banner />
          <Log />
          <Composer />
          <Announcer />
          <DropZone />
        </main>
        <People />
      </div>
      {Dialog && <Dialog />}
    </>
  );
}

/** The texts that a screen reader says by itself. */
function Announcer() {
  return (
    <div class="unseen" aria-live="polite">
      {announced.value.map(({ text }, index) => <p key={index}>{text}</p>)}
    </div>
  );
}
