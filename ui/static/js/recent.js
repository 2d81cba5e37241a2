// The records seen last, for the palette: entity and id alone, so that what is shown of them is asked anew each time.
import { keep, kept } from "./kept.js";

const NAME = "recent";
const MOST = 10;
const RECORD = /^\/records\/([a-z0-9_]+\/[0-9a-f-]{36})(?:\/|$)/;

export const recent = () => kept(NAME) ?? [];

const seen = RECORD.exec(location.pathname)?.[1];
if (seen) keep(NAME, [seen, ...recent().filter((one) => one !== seen)].slice(0, MOST));
