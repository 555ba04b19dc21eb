// Both are printed by `px dev`. The key may also come with the address: /?key=…
const apiKey = new URLSearchParams(location.search).get('key') ?? 'paste your write key here';
const endpoint = 'http://localhost:4400';

const status = document.getElementById('status');

if (window.PX) {
  PX.init({ apiKey, projectId: 'shop', endpoint });
} else {
  status.textContent = `There is no PX at ${endpoint}: is px dev running?`;
}

for (const button of document.querySelectorAll('[data-answer]')) {
  button.addEventListener('click', () => {
    // A page must work without its analytics: a blocked script is no reason to break.
    window.PX?.track('night_rated', { answer: button.dataset.answer });
    status.textContent = `You said: ${button.textContent}.`;
  });
}
