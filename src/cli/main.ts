#!/usr/bin/env node
/** Starts polc from an ES module, for those who name this file. The package's `bin` is the bundle itself. */
import { createRequire } from "node:module";

createRequire(import.meta.url)("../../bundle/polc.cjs");
