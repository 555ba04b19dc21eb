import { createClient } from '@px-platform/sdk-node';
import { config } from './config.mjs';
import { createService } from './service.js';

const { port, endpoint, writeKey, secretKey } = config;
if (!writeKey || !secretKey) {
  console.error(
    'Set PX_WRITE_KEY and PX_SECRET_KEY: npm start at the root of the repository prints both.',
  );
  process.exit(1);
}

const px = createClient({ apiKey: secretKey, endpoint, service: 'coffee', captureUncaught: true });
const app = createService({ px, pageConfig: { apiKey: writeKey, projectId: 'shop', endpoint } });
const server = app.listen(port, () => console.log(`http://localhost:${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    void px.shutdown();
  });
