// Runs before the first paint, from its own file so that the page needs no inline script (CSP).
// The key and the values are those of src/platform/theme.ts.
try {
  var theme = localStorage.getItem('px-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (_) {
  // Storage is denied: the system's theme it is.
}
