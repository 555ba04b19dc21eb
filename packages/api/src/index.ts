export { createApi } from './api.js';
export type { ApiDeps, LocalSession } from './api.js';
export { createReplayDoor } from './replay-door.js';
export type { DoorAnswer, ReplayDoor, ReplayDoorOptions } from './replay-door.js';
export type { Replays } from './dead-route.js';
export { ApiError } from './errors.js';
export type { TokenKeys, TokenOptions } from './token.js';
export type { Role } from './grant.js';
