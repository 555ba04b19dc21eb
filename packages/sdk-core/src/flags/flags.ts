import { CONTROL_EVENTS, type JsonObject, type JsonValue, type PxEvent } from '@px-platform/protocol';
import {
  evaluate,
  type FlagContext,
  type FlagDocument,
  type Verdict,
} from '@px-platform/protocol/flags';
import type { CreateFeatures, Features } from '../features.js';
import { createIdentity } from '../identity.js';
import { createLogger } from '../logger.js';
import { createPublisher } from '../publisher.js';
import { createUuidv7 } from '../uuidv7.js';
import { createBehaviour } from './behaviour.js';
import { createConfig } from './config.js';
import { createExposures } from './exposures.js';
import { createKept } from './kept.js';
import { readFlagOptions } from './options.js';
import { createOverrides } from './overrides.js';
import { createRefresh } from './refresh.js';
import type { ConfigSource } from './source.js';
import { createSticky } from './sticky.js';
import type { ExperimentDetails, FlagAttributes, FlagDetails, FlagReason, FlagVerbs } from './verbs.js';
