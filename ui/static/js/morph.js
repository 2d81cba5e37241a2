// When conditions redraw a form, what is being typed in the focused control stays as it is.

window.Idiomorph.defaults.ignoreActiveValue = true;
