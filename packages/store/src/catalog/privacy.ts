import type { PrivacyRules } from '@px-platform/protocol';

/** All that is needed to mask a project's events. */
export interface PrivacyPolicy {
  readonly rules: PrivacyRules;
  /** The tenant's own, hexadecimal: for hashing, and for nobody's eyes. */
  readonly secret: string;
}

/** What projects say about personal data. The tenant stands first: another's project has no rules, whatever its id. */
export interface PrivacyCatalog {
  /** What counts now: what the project said, completed by the defaults. */
  privacyRules(tenantId: string, projectId: string): Promise<PrivacyRules>;
  /** In place of all that was said before. False where the tenant has no such project. */
  setPrivacyRules(
    tenantId: string,
    projectId: string,
    rules: Partial<PrivacyRules>,
  ): Promise<boolean>;
  /** The rules, with the tenant's secret, which is made at first use and never changes. */
  privacyPolicy(tenantId: string, projectId: string): Promise<PrivacyPolicy>;
}
