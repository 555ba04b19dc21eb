'use client';
import { useEffect, useLayoutEffect } from 'react';

/** Before the first paint. React 18 speaks up about layout effects on servers, where there are none. */
export const useFirstEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;
