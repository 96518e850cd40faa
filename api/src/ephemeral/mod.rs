//! Codes, tickets and counters: put, take once, count in a window.
