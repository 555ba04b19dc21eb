// The same by `require`: see server.mjs.
// oxlint-disable-next-line typescript/no-require-imports -- it is what is tried here
const sdk = require('@px-platform/sdk-node');

void import('./works.mjs').then(({ serve }) => serve(sdk, process.argv.slice(2)));
