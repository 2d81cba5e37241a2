// The records seen last, for the palette: entity and id alone, so that what is shown of them is asked anew each time.
// They stay in this browser and are forgotten where nobody is signed in.

const KEY = "armature.recent";
const MOST = 10;
const RECORD = /^\/records\/([a-z0-9_]+\/[0-9a-f-]{36})(?:\/|$)/;

export function recent() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

try {
  const seen = RECORD.exec(location.pathname)?.[1];
  if (document.querySelector(".bare")) localStorage.removeItem(KEY);
  else if (seen) localStorage.setItem(KEY, JSON.stringify([seen, ...recent().filter((one) => one !== seen)].slice(0, MOST)));
} catch {
  // A browser that keeps nothing shows none.
}
