import { fileURLToPath } from 'node:url';
import express from 'express';
import { pxErrors, pxRequests } from '@px-platform/sdk-node/express';

const PAGE = fileURLToPath(new URL('../dist', import.meta.url));
/** In cents. */
const PRICES = { espresso: 240, flat_white: 390 };

/** A counter that takes orders. It hands no ids on: each request is in its person's visit. */
export function createService({ px, pageConfig }) {
  const app = express();
  app.use(pxRequests(px, { requestEvents: true }));

  app.get('/px-config.js', (_request, response) => {
    response.type('js').send(`window.PX_CONFIG = ${JSON.stringify(pageConfig)};`);
  });
  app.use(express.static(PAGE));

  app.post('/api/orders/:drink', async (request, response) => {
    const { drink } = request.params;
    const price = PRICES[drink];
    if (price === undefined) throw new Error(`the machine makes no ${drink}`);
    await brew();
    px.track('order_placed', { drink, price });
    response.status(201).json({ drink, price });
  });

  app.use(pxErrors(px));
  return app;
}

const brew = () => new Promise((resolve) => setTimeout(resolve, 20));
