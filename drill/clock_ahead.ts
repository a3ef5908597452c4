/**
 * Loaded before the server, this sets its clock a day ahead. A start without it sets the clock back.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.now;

Date.now = () => now() + DAY_MS;
