/** Until when what a project keeps is to be gone. */
export interface CutOff {
  readonly tenant_id: string;
  readonly project_id: string;
  /** Epoch milliseconds: what happened earlier goes. */
  readonly before: number;
}

/** What was deleted from one table, of one project. */
export interface ExpiredRows {
  readonly tenant_id: string;
  readonly project_id: string;
  readonly table: string;
  readonly rows: number;
}

/** Takes away what was kept long enough. */
export interface RetentionTables {
  /**
   * Deletes what is older than each project's cut-off from every table there is, and resolves once it is gone; what was
   * deleted. May be repeated, goes on where it was cut short, and rewrites nothing where there is nothing to delete.
   */
  expire(cutOffs: readonly CutOff[]): Promise<ExpiredRows[]>;
}
