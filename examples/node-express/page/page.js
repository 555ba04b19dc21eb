import PX from '@px-platform/sdk-web';
import { crossSubdomain } from '@px-platform/sdk-web/cross-domain';
import { requestHeaders } from '@px-platform/sdk-web/requests';

// Headers tell the service who asks; cookies, who loads the page.
PX.init({ ...window.PX_CONFIG, plugins: [requestHeaders(), crossSubdomain()] });

const status = document.getElementById('status');

for (const button of document.querySelectorAll('[data-drink]'))
  button.addEventListener('click', async () => {
    const { drink } = button.dataset;
    PX.track('order_chosen', { drink });
    const response = await fetch(`/api/orders/${drink}`, { method: 'POST' });
    status.textContent = response.ok
      ? `One ${button.textContent.toLowerCase()}, coming.`
      : `No ${button.textContent.toLowerCase()} today.`;
  });

const signIn = document.querySelector('[data-sign-in]');
signIn.addEventListener('click', () => {
  PX.identify(signIn.dataset.signIn, { name: 'Ana' });
  signIn.hidden = true;
  status.textContent = 'Hello, Ana.';
});
