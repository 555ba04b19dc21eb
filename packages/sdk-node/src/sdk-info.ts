import type { SdkInfo } from '@px-platform/protocol';

/** This library, as its batches name it. A test holds the version to package.json. */
export const SDK_INFO: SdkInfo = { name: '@px-platform/sdk-node', version: '0.1.0' };
