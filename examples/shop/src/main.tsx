import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startAnalytics } from './analytics.js';
import { App } from './app.js';
import { createCheckout } from './checkout/checkout.js';
import { createCouponDesk } from './checkout/coupon-desk.js';
import { createToyBank } from './checkout/toy-bank.js';
import { newOrderId } from './checkout/new-order-id.js';
import { readPxConfig } from './px-config.js';
import { createRouter } from './router/router.js';
import { ServicesProvider } from './services.js';
import { createShop } from './shop.js';
import { createSignUp } from './signup/sign-up.js';
import { browserStorage } from './state/browser-storage.js';
import { createStore } from './state/store.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/chrome.css';
import './styles/shelf.css';
import './styles/pages.css';
import './styles/forms.css';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

// The router first: it names the page, and the SDK's first page view carries that name.
const router = createRouter(window);
const pxConfig = readPxConfig(window.PX_CONFIG);
const analytics = startAnalytics(pxConfig);
const store = createStore(browserStorage(window));

const services = {
  router,
  store,
  analytics,
  pxConfig,
  shop: createShop({ store, analytics }),
  signUp: createSignUp({ analytics }),
  checkout: createCheckout({ analytics, bank: createToyBank({ wait }), newOrderId }),
  couponDesk: createCouponDesk({ wait }),
};

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root to render the shop into');
createRoot(root).render(
  <StrictMode>
    <ServicesProvider value={services}>
      <App />
    </ServicesProvider>
  </StrictMode>,
);
