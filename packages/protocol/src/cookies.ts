/** How the names of cookies begin in which a page keeps whose it is. Behind it stands what is kept: `anonymous_id`. */
export const cookiePrefix = (projectId: string): string => `px_${encodeURIComponent(projectId)}_`;
