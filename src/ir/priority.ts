/** The highest priority that a policy of a tier can be given: of those with one it is asked last. */
export const LAST_PRIORITY = 1000;

/** The API gives the one BaselineAdminNetworkPolicy of a cluster no priority: it is asked after all that have one. */
export const AFTER_ALL = 1001;
