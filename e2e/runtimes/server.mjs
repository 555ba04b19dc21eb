// What a server does with the SDK, in whatever runtime runs it: `server.mjs WORK URL DIRECTORY`. It says what became of it as lines.
import * as sdk from '@px-platform/sdk-node';
import { serve } from './works.mjs';

await serve(sdk, process.argv.slice(2));
