// When conditions redraw a form, what is being typed in the focused control stays as it is, and a picker as a whole:
// its list may lie open, and what was taken just now is newer than what comes.

window.Idiomorph.defaults.ignoreActiveValue = true;
window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (old) => !old.matches?.("[data-picker]:has(:focus)");
