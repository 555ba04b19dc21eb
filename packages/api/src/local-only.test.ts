import type { Request, Response } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { localOnly } from './local-only.js';

const visit = (remoteAddress: string | undefined, host: string) => {
  const next = vi.fn<() => void>();
  const request = { headers: { host }, socket: { remoteAddress } } as unknown as Request;
  void localOnly(request, {} as Response, next);
  return next;
};

describe('given a server that signs in whoever visits', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('lets %s in', (address) => {
    expect(visit(address, 'localhost:4400')).toHaveBeenCalledOnce();
  });

  it.each(['192.168.1.20', '::ffff:10.0.0.7', 'fe80::1', '2001:db8::127.', undefined])(
    'refuses %s, whatever host it claims to visit',
    (address) => {
      expect(() => visit(address, 'localhost:4400')).toThrow('on its own only');
    },
  );

  it('refuses a name that was rebound to this machine', () => {
    expect(() => visit('127.0.0.1', 'rebound.example')).toThrow('rebound.example');
  });
});
