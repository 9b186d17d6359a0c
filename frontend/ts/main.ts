// One bundle for every page. Every page also works without it.
import { startAutosave } from "./autosave";
import { startBusy } from "./busy";
import { startCompose } from "./compose";
import { startCopy } from "./copy";
import { startDialogs } from "./dialogs";
import { startHtmx } from "./htmx";
import { startKeep } from "./keep";
import { startMenus } from "./menus";
import { startOffline } from "./offline";
import { startSelectAll } from "./select-all";
import { startShare } from "./share";
import { startSystemShare } from "./system-share";
import { startTabs } from "./tabs";
import { startTheme } from "./theme";
import { startWorker } from "./worker";

/** What listens on the document itself, once. */
startTheme();
startMenus();
startCompose();
startCopy();
startDialogs();
startBusy();
startKeep();
startAutosave();
startOffline();
startSelectAll();
startSystemShare();
startWorker();

/** What looks at elements, again for every part htmx brings in. */
const startIn = (part: ParentNode): void => {
  startTabs(part);
  startShare(part);
  part.querySelector<HTMLElement>("[data-error-summary]")?.focus();
};

startIn(document);
startHtmx(startIn);
