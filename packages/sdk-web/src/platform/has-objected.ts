/** Whether the browser says for the person that they are not to be tracked: Global Privacy Control, Do Not Track. */
export const hasObjected = (): boolean =>
  Boolean((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl) ||
  navigator.doNotTrack === '1';
