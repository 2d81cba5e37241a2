// What was created last stands first in the menu New.
import { keep, kept } from "./kept.js";

const NAME = "created";
const MOST = 5;
const NEW = /^\/records\/([a-z0-9_]+)\/new$/;

const rows = document.querySelector("[data-creatable]");
const opened = NEW.exec(location.pathname)?.[1];
const created = kept(NAME) ?? [];
if (opened) keep(NAME, [opened, ...created.filter((one) => one !== opened)].slice(0, MOST));
for (const entity of created.toReversed()) {
  const row = rows?.querySelector(`a[href="/records/${entity}/new"]`);
  if (row) rows.prepend(row);
}
