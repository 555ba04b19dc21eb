import PX from '@px-platform/sdk-web';
import { crossSubdomain } from '@px-platform/sdk-web/cross-domain';
import { requestHeaders } from '@px-platform/sdk-web/requests';

// Headers tell the service who asks; cookies, who loads the page.
PX.init({ ...window.PX_CONFIG, plugins: [requestHeaders(), crossSubdomain()] });

const status = document.getElementById('status');

for (const button of document.querySelectorAll('[data-drink]'))
  button.addEventListener('click', () => void order(button.dataset.drink, button.textContent));

async function order(drink, name) {
  PX.track('order_chosen', { drink });
  const { ok } = await fetch(`/api/orders/${drink}`, { method: 'POST' });
  status.textContent = ok
    ? `One ${name.toLowerCase()}, coming.`
    : `No ${name.toLowerCase()} today.`;
}

const signIn = document.querySelector('[data-sign-in]');
signIn.addEventListener('click', () => {
  PX.identify(signIn.dataset.signIn, { name: 'Ana' });
  signIn.hidden = true;
  status.textContent = 'Hello, Ana.';
});
