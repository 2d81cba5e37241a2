// All of our scripts. Each upgrades what already works without it.
import "./board.js";
import "./color.js";
import "./composer.js";
import "./focus.js";
import "./keys.js";
import "./newer.js";
import "./notices.js";
import "./password.js";
import "./picker.js";
import "./morph.js";
import "./pops.js";
import "./selection.js";
import "./session.js";
import "./sheet.js";
import "./shortcuts.js";
import "./speech.js";
import "./undo.js";
