// The stand-in that `vite dev` serves. The real /px-config.js comes from `px dev` and sets
//   window.PX_CONFIG = { apiKey, projectId, liveUrl }
// Without it the shop runs as usual and sends nothing.
window.PX_CONFIG ??= undefined;
