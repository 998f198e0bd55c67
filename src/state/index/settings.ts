import type { LoaderSettings } from "../loader_state.js";

/** Denied flows are logged unless told otherwise: they are rare, counted over 5 s and have a budget of their own. */
export const DEFAULT_SETTINGS: Omit<LoaderSettings, "ipv6"> = {
  audit: false,
  log_allowed: false,
  log_denied: true,
  log_dropped: false,
  deny_events_per_second: 1000,
  allow_events_per_second: 1000,
};
