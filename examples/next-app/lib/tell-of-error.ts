import { pxOnRequestError } from '@px-platform/sdk-node/next';
import { px } from './px';

export const tellOfError = pxOnRequestError(px);
